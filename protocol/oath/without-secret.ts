/** Key URIs in the wrong place: whoever pastes one where a name belongs is told so, and is not to find it in a log. */

/** The text with the secret of each key URI in it left out; `secret=BASE32` is how we ourselves show where one belongs. */
export function withoutSecret(text: string): string {
  return text.replace(/(?<=secret=)(?!BASE32\b)[^&\s"]+/gi, '...')
}
