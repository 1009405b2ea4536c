// SPDX-License-Identifier: AGPL-3.0-or-later
// Several instances live in one process, so state is in Deps, never in a variable of a module.
import { expect, it } from '@jest/globals'
import { readModules, withoutComments } from '../support/sources.ts'

const modules = readModules(['server', 'federation'])
const found = (pattern: RegExp) =>
  modules.flatMap(({ file, text }) =>
    [...withoutComments(text).matchAll(pattern)].map(({ groups }) => `${file}: ${groups?.['name']}`),
  )
const isChanged = (file: string, name: string) =>
  new RegExp(String.raw`\b${name}(?:\.(?:set|add|delete|clear|push|pop|shift|unshift|splice)\(|\[[^\]]+\] = )`).test(
    modules.find((module) => module.file === file)?.text ?? '',
  )
const DECLARED = /^(?:export )?const (?<name>\w+)(?::[^\n]*?)? =\s+(?:new (?:Map|Set)\b|\[|\{|Object\.create)/gm
const PROCESS_WIDE = [
  'server/accounts/totp.ts',
  'server/app.ts',
  'server/base/alarm.ts',
  'server/base/intl.ts',
  'server/help/pictures.ts',
  'server/model/telephone.ts',
  'server/moderation/pages/compare-words.ts',
  'server/shared.ts',
  'server/text/i18n.ts',
  'server/text/qr.ts',
  'server/web/ods.ts',
  'server/web/refill.ts',
  'server/web/workbook/xml.ts',
]

it('no module has a variable that changes', () => {
  expect(found(/^(?:export )?(?:let|var) (?<name>\w+)/gm)).toEqual([])
  expect(found(/^(?:export )?const (?<name>\w+)[^\n]*= new Weak(?:Map|Set|Ref)\b/gm)).toEqual([])
  expect(found(/^(?:export )?const (?<name>\w+)[^\n]*= new (?:Map|Set)(?:<.*>)?\(\)/gm)).toEqual([])
})

it('a collection that a module declares is only read', () => {
  const declared = modules.flatMap(({ file, text }) =>
    [...withoutComments(text).matchAll(DECLARED)].map(({ groups }) => ({ file, name: groups?.['name'] ?? '' })),
  )
  expect(declared.length).toBeGreaterThan(50)
  expect(declared.filter(({ file, name }) => isChanged(file, name))).toEqual([])
})

it('what is made once a process is made in these files', () => {
  const made = found(/^(?:export )?const (?<name>\w+) = once\(/gm).map((one) => one.split(':')[0])
  expect([...new Set(made)].toSorted()).toEqual(PROCESS_WIDE)
})

it('formats of Intl are made in one file, which keeps them', () => {
  const all = readModules()
  const MADE = /\bnew Intl\.|\bIntl\.\w+\(|\.toLocale\w*String\(/
  expect(all.filter(({ text }) => MADE.test(withoutComments(text))).map(({ file }) => file)).toEqual([
    'server/base/intl.ts',
  ])
})
