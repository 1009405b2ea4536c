// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'

const FOLDER = join(import.meta.dirname, '..')
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'))

it('every test file imports what it uses of Jest, and calls a test it', () => {
  const others = files.filter((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8')
    return !text.includes("from '@jest/globals'") || /^\s*test(?:\.\w+)?[(<`]/m.test(text)
  })
  expect(others).toEqual([])
})
