/** Reads the digits off a panel as an eye does: by their shapes. */

const shapes: Readonly<Record<string, string>> = {
  '┏━━┓┃  ┃┗━━┛': '0',
  '   ╻   ┃   ╹': '1',
  '╺━━┓┏━━┛┗━━╸': '2',
  '╺━━┓╺━━┫╺━━┛': '3',
  '╻  ╻┗━━┫   ╹': '4',
  '┏━━╸┗━━┓╺━━┛': '5',
  '┏━━╸┣━━┓┗━━┛': '6',
  '╺━━┓   ┃   ╹': '7',
  '┏━━┓┣━━┫┗━━┛': '8',
  '┏━━┓┗━━┫╺━━┛': '9',
  '┏━━╸┣━━╸┗━━╸': 'E',
  '    ┏━━╸╹   ': 'r',
  '            ': ' ',
}

/** @param lines the panel, drawn without colours, whose glass has square corners */
export function readGlass(lines: readonly string[], digits: number): string {
  const top = lines.findIndex(line => line.includes('┌'))
  const left = (lines[top] ?? '').indexOf('┌') + 3
  const pitch = digits > 6 ? 5 : 6
  return Array.from({ length: digits }, (_, digit) => {
    const column = left + digit * pitch
    const shape = [1, 2, 3].map(row => (lines[top + row] ?? '').slice(column, column + 4)).join('')
    return shapes[shape] ?? '?'
  }).join('')
}
