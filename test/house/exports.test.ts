// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything exported is used by the product itself: what only tests use is dead, and its tests with it.
import { expect, it } from '@jest/globals'
import { readModules, withoutComments, type Module } from '../support/sources.ts'

/** Used without an import, each with its reason. */
const ELSEWHERE: Record<string, string> = {
  'server/text/icons.ts: iconNames': 'templates name icons; the test of the templates holds them against it',
}

/** The exports in its text are those of the files it writes. */
const GENERATOR = 'db/tools/schema-files.ts'
const modules = readModules().map((module) => ({ ...module, code: withoutComments(module.text) }))
type Read = (typeof modules)[number]

function exportsOf({ code }: Read): string[] {
  const declared = /^export (?:declare )?(?:async )?(?:function\*?|const|let|class|type|interface|enum) (\w+)/gm
  const listed = /^export (?:type )?\{([^}]*)\}/gm
  const names = [...code.matchAll(listed)].flatMap(([, list = '']) =>
    list.split(',').map(
      (one) =>
        one
          .trim()
          .split(/\s+as\s+|\s+/)
          .at(-1) ?? '',
    ),
  )
  return [...[...code.matchAll(declared)].map(([, name = '']) => name), ...names].filter(Boolean)
}

function takes({ code }: Read, to: Module, imports: Module['imports']): (name: string) => boolean {
  if (!imports.some((one) => one.to === to.file)) return () => false
  const base = to.file.split('/').at(-1)!.replace('.', '\\.')
  const lists = [...code.matchAll(new RegExp(`\\{([^{}]*)\\}\\s+from\\s+'[^']*\\b${base}'`, 'g'))].map(
    ([, list]) => list,
  )
  const late = [...code.matchAll(new RegExp(`\\{([^{}]*)\\}\\s*=\\s*await import\\('[^']*\\b${base}'`, 'g'))]
  const named = new Set(
    [...lists, ...late.map(([, list]) => list)].flatMap((list = '') =>
      list.split(',').map(
        (one) =>
          one
            .trim()
            .replace(/^type\s+/, '')
            .split(/\s+as\s+|\s*:\s*/)[0]!,
      ),
    ),
  )
  const wholes = [...code.matchAll(new RegExp(`\\* as (\\w+)\\s+from\\s+'[^']*\\b${base}'`, 'g'))].map(
    ([, whole]) => whole,
  )
  const inline = new RegExp(`import\\('[^']*\\b${base}'\\)`).test(code)
  return (name) =>
    named.has(name) || inline || wholes.some((whole) => new RegExp(`\\b${whole}\\.${name}\\b`).test(code))
}

const count = (code: string, name: string) => code.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0

it('what is exported is used, and not by tests alone', () => {
  const dead = modules
    // Declarations name what a plain JavaScript file exports.
    .filter(({ file }) => file !== GENERATOR && !file.endsWith('.d.ts'))
    .flatMap((module) => {
      const readers = modules
        .filter((one) => one !== module && one.imports.some(({ to }) => to === module.file))
        .map((one) => takes(one, module, one.imports))
      return exportsOf(module)
        .filter((name) => count(module.code, name) < 2 && !readers.some((reads) => reads(name)))
        .map((name) => `${module.file}: ${name}`)
    })
  expect(dead.filter((name) => !(name in ELSEWHERE))).toEqual([])
  expect(Object.keys(ELSEWHERE).filter((name) => !dead.includes(name))).toEqual([])
})
