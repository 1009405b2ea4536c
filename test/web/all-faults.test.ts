// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F34: a form says all its faults at once. Every form is sent with everything wrong, then again with one field
// mended: what is named then was named before.
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { CHOICE, fieldsOf, fill, formsFor, isEnd, shapeOf, type Field, type FoundForm } from '../support/found-forms.ts'
import { fullWorld } from '../support/full-world.ts'
import { PASSWORD, type Name } from '../support/world.ts'

afterEach(stopApps)

/** A right answer, by name of the field; of a choice, its first one. */
const RIGHT: Record<string, string> = {
  email: 'lea@example.net',
  contact_email: 'lea@example.net',
  member_email: 'lea@example.net',
  phone: '03 80 12 34 56',
  contact_phone: '03 80 12 34 56',
  day: '2026-11-20',
  happened_on: '2026-11-18',
  known_on: '2026-11-19',
  valid_from: '2026-01-01',
  duration: '2h',
  amount: '12,02',
  place: 'Dijon',
  city: 'Dijon',
  postal_code: '21000',
  website: 'https://jardins.example',
  password: PASSWORD,
  address: 'https://centre.example',
  current: PASSWORD,
  new_password: 'une phrase assez longue pour tous',
}
const right = ({ name, kind, values }: Field): string[] =>
  CHOICE.has(kind) ? values.filter(Boolean).slice(0, 1) : [RIGHT[name] ?? 'Un texte juste']

const WRONG: Record<string, (field: Field) => string[]> = {
  nothing: ({ kind }) => (CHOICE.has(kind) ? [] : ['']),
  nonsense: ({ kind }) => [CHOICE.has(kind) ? 'no-such' : 'zz'],
}

type Fault = { name: string; text: string }

/** Each fault with the name of its field. */
const faultsIn = (b: Browser): Fault[] =>
  [...b.document.querySelectorAll('.field--error')].flatMap((field) => {
    const name = field.querySelector('input, select, textarea')?.getAttribute('name')
    return name ? [{ name, text: field.querySelector('.error')?.textContent?.trim() ?? '' }] : []
  })

/** What is asked only because of what the mended field says. */
const FOLLOWS = /^\/(?:moderation\/:id\/decision|welcome\/:id), \w+, (?:decision|way) /

async function lateFaults({ deps }: World, b: Browser, form: FoundForm): Promise<string[]> {
  const send = async (value: (field: Field) => string[]) => {
    // A limit of tries would hide what the form says.
    await deps.db.deleteFrom('throttle').execute()
    await b.post(form.action, fieldsOf(fill(form, value)))
    return b.status
  }
  const found: string[] = []
  for (const [what, wrong] of Object.entries(WRONG)) {
    if ((await send(wrong)) !== 422) continue
    const before = faultsIn(b)
    for (const { name: mended } of before) {
      if (!form.fields.some(({ name }) => name === mended)) continue
      const status = await send((field) => (field.name === mended ? right(field) : wrong(field)))
      if (status !== 422) continue
      for (const { name, text } of faultsIn(b))
        if (name !== mended && !before.some((one) => one.name === name))
          found.push(`${shapeOf(form.action)}, ${what}, ${mended} mended: ${name}: ${text}`)
    }
  }
  return found
}

const PEOPLE: (Name | 'nobody')[] = ['nobody', 'chloe', 'bastien', 'farid', 'amina']

it.each(PEOPLE)('pages F34: %s is told every fault of a form at the first sending', async (name) => {
  const { world, links, pages } = await fullWorld()
  const b = name === 'nobody' ? world.browser() : await world.signIn(name)
  const forms = await formsFor(b, name === 'nobody' ? links : pages)
  const found: string[] = []
  for (const form of forms.filter((one) => !isEnd(one))) found.push(...(await lateFaults(world, b, form)))
  expect(forms.length).toBeGreaterThan(3)
  expect([...new Set(found)].filter((fault) => !FOLLOWS.test(fault))).toEqual([])
})

it('pages F34: a wrong password and a weak new one are told together', async () => {
  const b = await (await startApp()).signIn('chloe')
  await b.post('/my/security/password', { current: 'zz', password: 'zz' })
  expect([b.status, Object.keys(b.errors()).length]).toEqual([422, 2])
})

it('pages F34: a password that was typed beside another fault is to be typed again, and the page says so', async () => {
  const world = await startApp()
  const b = await world.signIn('amina')
  await b.get('/my/profile')
  expect(b.text).not.toContain('À taper de nouveau')
  await b.post('/my/profile/email', { email: 'sans arobase', password: PASSWORD })
  expect([b.status, b.html.includes(PASSWORD)]).toEqual([422, false])
  expect(b.text.split('À taper de nouveau')).toHaveLength(2)
})
