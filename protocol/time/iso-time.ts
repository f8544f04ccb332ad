/** Instants as people and documents write them: UTC, ISO 8601. */

/** `2026-11-24T12:00:00.000Z` for microseconds since the epoch. */
export function isoTime(us: number): string {
  return new Date(us / 1000).toISOString()
}

/** `14:03:30`, UTC. */
export function timeOfDay(us: number): string {
  return isoTime(us).slice(11, 19)
}
