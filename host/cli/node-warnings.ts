/** Node 22 calls its SQLite experimental, on stderr, at each start. Whoever types a command can do nothing about that. */

export function hideSqliteWarning(node: NodeJS.Process): void {
  const emitWarning = node.emitWarning.bind(node)
  // All overloads take the warning first, and only a text can be the one that is meant.
  node.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (typeof warning === 'string' && warning.startsWith('SQLite is an experimental feature')) return
    Reflect.apply(emitWarning, node, [warning, ...rest])
  }
}
