// SPDX-License-Identifier: AGPL-3.0-or-later
// A new field of offers is asked for, named and documented. Each line that fails names the file to change.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { FIELD_NAMES, fieldOf, SIMPLE_NAMES } from '../../server/model/offer/fields.ts'
import { FIELD_ORDER } from '../../server/offers/forms.ts'
import { FOLDED } from '../../server/offers/pages/form.ts'
import { readModules } from '../support/sources.ts'
import { formNames } from '../../server/offers/simple-fields.ts'

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
/** The minor version after the one in package.json. */
const NEXT = nextVersion((JSON.parse(read('package.json')) as { version: string }).version)
const FORM = 'views/offers/form.hbs'
const form = read(FORM)
/** The fields of version 0.1.0: their values are in the hash of every offer that was ever sent. */
const FIRST = new Set(
  (
    'title summary context tasks profile support practical causes activities beneficiaries skills requirements ' +
    'benefits commitment frequency minutes_per_session sessions_expected starts_on ends_on slots work_mode places ' +
    'capacity group_ok min_age accessible compensation contact_label apply_mode language'
  ).split(' '),
)

it('every field is asked for in the form', () => {
  const asked = (name: string) => form.includes(`name="${name}"`) || form.includes(`name=(concat "${name}_" main)`)
  const missing = SIMPLE_NAMES.filter((name) => !asked(name))
  expect(missing.map((name) => `${FORM}: add a field whose name is "${name}"`)).toEqual([])
})

it('every field has its label, in French and in English', () => {
  const missing = (['fr', 'en'] as const).flatMap((language) => {
    const file = `views/locales/${language}/offers.json`
    const texts = JSON.parse(read(file)) as Record<string, string>
    return SIMPLE_NAMES.filter((name) => !texts[`offers.form.${name}`]).map(
      (name) => `${file}: add offers.form.${name}`,
    )
  })
  expect(missing).toEqual([])
})

it('the summary of faults knows where every field stands', () => {
  const names = SIMPLE_NAMES.flatMap(formNames)
  const missing = names.filter((name) => !FIELD_ORDER.some((start) => name.startsWith(start)))
  expect(missing.map((name) => `server/offers/forms.ts: put "${name}" into FIELD_ORDER`)).toEqual([])
})

it('what is filled in is never hidden in a folded part of the form', () => {
  const parts = [...form.matchAll(/<details id="p-\w+"\{\{#if unfolded\.(\w+)\}\}[\s\S]*?<\/details>/g)]
  expect(parts.length).toBeGreaterThan(4)
  const hidden = parts.flatMap(([text, part]) => {
    const names = SIMPLE_NAMES.filter((name) => text.includes(`name="${name}"`))
    const usual = (name: (typeof SIMPLE_NAMES)[number]) => {
      const field = fieldOf(name)
      return (field.kind === 'code' || field.kind === 'choice') && Boolean(field.unsaid)
    }
    const known: readonly string[] = FOLDED[part as keyof typeof FOLDED] ?? []
    return names
      .filter((name) => !usual(name) && !known.includes(name))
      .map((name) => `server/offers/pages/form.ts: put "${name}" into FOLDED.${part}`)
  })
  expect(hidden).toEqual([])
})

it('FEDERATION.md and the open data name every field', () => {
  const wire = read('FEDERATION.md')
  const api = read('server/search/api/schemas.ts')
  const missing = FIELD_NAMES.flatMap((name) => [
    ...(wire.includes(`"${name}"`) ? [] : [`FEDERATION.md: add "${name}" to the example of an offer`]),
    ...(new RegExp(`\\b${name}(_type)?:`).test(api) ? [] : [`server/search/api/schemas.ts: describe ${name}`]),
  ])
  expect(missing).toEqual([])
})

it('a field that was added later is shown', () => {
  const pages = readModules(['server/search/pages', 'server/public-offer'])
  const hidden = FIELD_NAMES.filter((name) => !FIRST.has(name) && fieldOf(name).page !== 'line').filter(
    (name) => !pages.some(({ text }) => new RegExp(`\\b${name}\\b`).test(text)),
  )
  expect(
    hidden.map((name) => `server/model/offer/fields.ts: write page: 'line' for "${name}", or no page ever shows it`),
  ).toEqual([])
})

it('a field that was added later leaves the hash of older offers alone', () => {
  const added = FIELD_NAMES.filter((name) => !FIRST.has(name))
  const bare = added.filter((name) => !fieldOf(name).since)
  expect(
    bare.map(
      (name) => `server/model/offer/fields.ts: write since: '${NEXT}' for "${name}", the version it will come with`,
    ),
  ).toEqual([])
  const gone = [...FIRST].filter((name) => !FIELD_NAMES.some((one) => one === name))
  expect(gone.map((name) => `server/model/offer/fields.ts: "${name}" is gone, and other sites still send it`)).toEqual(
    [],
  )
})

function nextVersion(version: string): string {
  const [major, minor] = version.split('.')
  return `${major}.${Number(minor) + 1}.0`
}
