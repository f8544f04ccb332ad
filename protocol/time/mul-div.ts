/** Integer products that do not fit a double: ⌊a·b/c⌋ and ⌈a·b/c⌉, exact, for safe integers and c > 0. */

export function mulDivFloor(a: number, b: number, c: number): number {
  const product = BigInt(a) * BigInt(b)
  const divisor = BigInt(c)
  const quotient = product / divisor
  // BigInt division truncates towards zero; a negative remainder means one less.
  return Number(product % divisor < 0n ? quotient - 1n : quotient)
}

export function mulDivCeil(a: number, b: number, c: number): number {
  return -mulDivFloor(-a, b, c) + 0
}
