/** A process that asks for a key file's key as soon as its input begins, and prints the key. */

import { once } from 'node:events'
import { keyFor } from '../../../host/cli/key-file.ts'

const [path = ''] = process.argv.slice(2)
console.log('ready')
await once(process.stdin, 'data')
console.log(keyFor('fobs', { keyFile: path, drawer: '', store: '' }).export().toString('hex'))
process.stdin.destroy()
