// SPDX-License-Identifier: AGPL-3.0-or-later
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, '.github'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `.github/${name}`),
  'db/reference/ATTRIBUTION.md',
]

const TOP = /^(?:\.ci|\.github|config|db|federation|server|test|views)(?:\/|$)/
const isAtTop = (document: string) => !document.includes('/')
/** `{fr,en}` stands for both; a name in capitals or in <brackets> for any. */
function isThere(path: string): boolean {
  const [, start = '', list, end = ''] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path) ?? []
  if (list !== undefined) return list.split(',').every((one) => isThere(`${start}${one}${end}`))
  const known = path.split(/\/[^/]*(?:[A-Z]{2,}|<|\*)/)[0]!
  return [known, `${known}.ts`].some((one) => existsSync(join(ROOT, one)))
}

it('every path in a document is there', () => {
  const faults = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/`([^`\s]+)`|\]\(([\w./-]+)\)/g)]
      .map(([, quoted, linked]) => quoted ?? linked!)
      .filter((path) => TOP.test(path) || (isAtTop(document) && /^\.?\w[\w-]*\.(?:md|json|mjs|ts)$/.test(path)))
      .filter((path) => !isThere(path))
      .map((path) => `${document}: there is no ${path}`),
  )
  expect(faults).toEqual([])
})

it('every command in a document is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const faults = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/\bnpm run ([a-z][\w:-]*)/g)]
      .filter(([, name = '']) => !Object.hasOwn(scripts, name))
      .map(([command]) => `${document}: there is no ${command}`),
  )
  expect(faults).toEqual([])
})
