import { test } from 'vitest'

test('is never seen', () => {})

throw new Error('this file does not load')
