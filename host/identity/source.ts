/** Where a request comes from: sources take turns, and wrong pairs of codes are paced by source. */

const longestSource = 64

/** What sources are told apart by: an address, or whatever the caller gives; one that gives none is one source. */
export function sourceOf({ source = 'unnamed' }: { readonly source?: string }): string {
  return source.slice(0, longestSource)
}
