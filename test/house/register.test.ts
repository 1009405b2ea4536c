// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of processing says no less than the data map, and no other roles than the site map.
import { expect, it } from '@jest/globals'
import { dataMap, type Tag } from '../../db/data-map.ts'
import { PROCESSINGS } from '../../server/privacy/processings.ts'
import { readTexts } from '../support/texts.ts'
import { ACCESS } from './access-table.ts'

const inRegister = PROCESSINGS.flatMap(({ columns }) =>
  Object.entries(columns).flatMap(([table, names]) => names.map((column) => `${table}.${column}`)),
)

it('web H3: every personal column of the data map stands in one processing of the register', () => {
  const personal = Object.entries(dataMap).flatMap(([table, columns]) =>
    Object.entries(columns)
      .filter(([, tag]) => (['personal', 'sensitive', 'secret'] as Tag[]).includes(tag))
      .map(([column]) => `${table}.${column}`),
  )
  expect(personal.length).toBeGreaterThan(100)
  const missing = personal.filter((name) => !inRegister.includes(name))
  expect(missing.map((name) => `server/privacy/processings.ts: say what ${name} is used for`)).toEqual([])
})

it('web H3: no column stands in two processings', () => {
  expect(inRegister.filter((name, at) => inRegister.indexOf(name) !== at)).toEqual([])
})

it('web H3: each column of the register has a name, and each name a column', () => {
  const texts = Object.keys(readTexts('fr'))
  const columns = new Set(inRegister.map((name) => name.split('.')[1]!))
  const unnamed = [...columns].filter((column) => !texts.includes(`people.data.column.${column}`))
  const named = texts.filter((key) => key.startsWith('privacy.column.')).map((key) => key.split('.')[2]!)
  expect(named.toSorted()).toEqual(unnamed.toSorted())
})

it('web H3: each processing says what, why, of whom and how long, and nothing else does', () => {
  const texts = Object.keys(readTexts('fr'))
  const codes = PROCESSINGS.map(({ code }) => code).toSorted()
  for (const part of ['processing', 'why', 'people', 'keep']) {
    const found = texts.filter((key) => key.startsWith(`privacy.${part}.`)).map((key) => key.split('.')[2]!)
    expect([part, found.toSorted()]).toEqual([part, codes])
  }
  const grounds = new Set(PROCESSINGS.flatMap(({ ground }) => [ground.fr, ground.ca]))
  const words = texts.filter((key) => key.startsWith('privacy.ground.')).map((key) => key.split('.')[2]!)
  expect(words.toSorted()).toEqual([...grounds].toSorted())
})

/** Where the data of each processing is read, by people of the team. */
const PAGES: Record<string, string[]> = {
  applications: ['/work/applications/:application'],
  enquiries: ['/work/enquiries/:enquiry'],
  help: ['/operator/help/:asked'],
  reports: ['/reports/:report'],
  testimonials: ['/testimonials'],
  volunteers: ['/work/people/:person'],
  hours: ['/work/hours/:entry'],
  attestations: ['/work/people/:person/attestations'],
  access: ['/work/people/:person/data'],
  mails: ['/operator/mails/:mail', '/operator/mails'],
  alerts: ['/work/people/:person/data'],
  imports: ['/work/offers/import/:import'],
  files: ['/work/import/:file'],
  trail: ['/operator/trail'],
  team: ['/work/offers/:offer', '/work/hours/:entry', '/moderation/:item'],
  contact: ['/about'],
  rights: ['/operator/privacy/requests/:request'],
  sites: ['/partners/:affiliation'],
}
const STAFF = ['coordinator', 'treasurer', 'moderator', 'administrator'] as const

it.each(PROCESSINGS.map((one) => [one.code, one] as const))(
  'web H3: who sees « %s » is who may open its pages',
  (code, { seenBy }) => {
    const open = (PAGES[code] ?? []).map((path) => ACCESS.find(({ route }) => route === `GET ${path}`)!.who)
    const roles = STAFF.filter((role) => open.some((who) => (who as readonly string[]).includes(role)))
    expect(open.length).toBeGreaterThan(0)
    if (seenBy === 'everybody') expect(open.every((who) => (who as readonly string[]).includes('anonymous'))).toBe(true)
    else expect([...seenBy].toSorted()).toEqual(roles.toSorted())
  },
)
