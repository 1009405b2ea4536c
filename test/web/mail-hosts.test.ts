// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F22: an address at a mistyped mail host is asked about, in every form, and never refused for it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { DAY, HOUR } from '../../server/base/clock.ts'
import { suggestedAddress } from '../../server/model/mail-hosts.ts'
import { remindUnconfirmed } from '../../server/applications/timetable.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'

afterEach(stopApps)

it.each([
  ['lea@gmial.com', 'lea@gmail.com'],
  ['lea@gmail.fr', 'lea@gmail.com'],
  ['lea@gmail.con', 'lea@gmail.com'],
  ['lea@gmail', 'lea@gmail.com'],
  ['lea@gmai.com', 'lea@gmail.com'],
  ['lea@hotmial.com', 'lea@hotmail.com'],
  ['lea@hotmial', 'lea@hotmail.com'],
  ['lea@wanadoo.f', 'lea@wanadoo.fr'],
  ['lea@wanado.fr', 'lea@wanadoo.fr'],
  ['lea@videotron.c', 'lea@videotron.ca'],
  ['lea@videotron.com', 'lea@videotron.ca'],
  ['lea@laposte.fr', 'lea@laposte.net'],
  ['lea@ornage.fr', 'lea@orange.fr'],
  ['Léa.B@OUTLOK.fr', 'Léa.B@outlook.fr'],
  ['lea@simpatico.ca', 'lea@sympatico.ca'],
])('pages F22: %s was probably %s', (typed, meant) => {
  expect(suggestedAddress(typed)).toBe(meant)
})

it.each(
  'gmail.com mail.com email.com ymail.com hotmail.be hotmail.it hotmail.co.uk yahoo.es outlook.be live.be gmx.com gmx.net me.com free.fr sfr.fr orange.fr mairie.fr ville.ca example.org u-bourgogne.fr aol.com posteo.net tutanota.com rogers.com ulaval.ca'.split(
    ' ',
  ),
)('pages F22: nothing is asked about somebody@%s', (host) => {
  expect(suggestedAddress(`somebody@${host}`)).toBeUndefined()
})

it.each(['', '@', 'lea', '@gmial.com', 'lea@'])('pages F22: nothing is asked about « %s »', (typed) => {
  expect(suggestedAddress(typed)).toBeUndefined()
})

const names = { given_name: 'Léa', family_name: 'Blanc', phone: '', locale: 'fr' }
type EmailForm = {
  who: 'bastien' | 'chloe' | 'nobody'
  path: (world: World) => Promise<string>
  fields: Record<string, string>
}
const FORMS: Record<string, EmailForm> = {
  'an application': {
    who: 'nobody',
    path: async (w) => `/offers/${await publishOffer(await w.signIn('bastien'))}/apply`,
    fields: names,
  },
  'an invitation': { who: 'bastien', path: async () => '/work/people/new', fields: names },
  'one’s new address': {
    who: 'chloe',
    path: async () => '/my/profile/email',
    fields: { password: 'mot-de-passe-de-test' },
  },
}

describe.each(Object.entries(FORMS))('pages F22: %s', (_name, { who, path, fields }) => {
  const askedIn = async () => {
    const world = await startApp()
    const b = who === 'nobody' ? world.browser() : await world.signIn(who)
    const action = await path(world)
    await b.post(action, { ...fields, email: 'lea@gmial.com' })
    expect([b.status, b.document.querySelector('input[name=email]')!.getAttribute('value')]).toEqual([
      422,
      'lea@gmial.com',
    ])
    expect(Object.values(b.errors())).toEqual(['Vouliez-vous écrire lea@gmail.com ?'])
    expect(await world.mails()).toEqual([])
    return { world, b, action }
  }
  const mailedTo = async (world: World) =>
    (await world.mails()).map(({ to }) => to).filter((to) => to.startsWith('lea'))

  it('takes the other address with one press', async () => {
    const { world, b } = await askedIn()
    for (const [label, value] of Object.entries({ 'Votre mot de passe': fields.password ?? '' }))
      if (value) b.fill(label, value)
    await b.press('Oui, prendre lea@gmail.com')
    expect([b.status, await mailedTo(world)]).toEqual([200, ['lea@gmail.com']])
  })

  it('takes the address as it is when the person says so', async () => {
    const { world, b, action } = await askedIn()
    await b.post(action, { ...fields, email: 'lea@gmial.com', email_sure: 'lea@gmial.com' })
    expect([b.status, await mailedTo(world)]).toEqual([200, ['lea@gmial.com']])
  })

  it('takes what was typed instead, also by Enter', async () => {
    const { world, b, action } = await askedIn()
    const answer = { email: 'lea@example.net', email_was: 'lea@gmial.com', email_as: 'lea@gmail.com' }
    await b.post(action, { ...fields, ...answer })
    expect([b.status, await mailedTo(world)]).toEqual([200, ['lea@example.net']])
  })
})

it('pages F22: the addresses of the settings are asked about too, each in its field, and every other fault with them', async () => {
  const world = await startApp()
  const b = await (await world.signIn('amina')).get('/settings')
  const email = (name: string) => b.document.querySelector(`input[name=${name}]`)?.getAttribute('value')
  b.fill('E-mail', 'bonjour@gmial.com')
  b.fill('Comment la joindre', 'droits@wanado.fr')
  b.fill('Nom', '')
  await b.press('Enregistrer les réglages')
  expect(b.status).toBe(422)
  expect(b.errors()).toMatchObject({
    'E-mail': 'Vouliez-vous écrire bonjour@gmail.com ?',
    'Comment la joindre': 'Vouliez-vous écrire droits@wanadoo.fr ?',
    Nom: expect.any(String),
  })
  expect([email('contact_email'), email('privacy_contact')]).toEqual(['bonjour@gmial.com', 'droits@wanado.fr'])
  b.fill('Nom', 'Les Jardins')
  b.fill('Comment la joindre', 'droits@example.net')
  await b.press('Oui, prendre bonjour@gmail.com')
  expect([b.status, b.errors()]).toEqual([200, {}])
  const { contact_email, privacy_contact } = await world.deps.db
    .selectFrom('association')
    .selectAll()
    .executeTakeFirstOrThrow()
  expect([contact_email, privacy_contact]).toEqual(['bonjour@gmail.com', 'droits@example.net'])
  // What is stored is not asked about again.
  await b.get('/settings')
  await b.press('Enregistrer les réglages')
  expect(b.errors()).toEqual({})
})

it('pages F22: every field for an address in a page is one that asks', () => {
  const views = join(import.meta.dirname, '../../views')
  const typed = readdirSync(views, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.hbs') && /type="email"/.test(readFileSync(join(views, file), 'utf8')),
  )
  expect(typed).toEqual(['partials/email-field.hbs'])
})

describe('pages F22: whoever did not confirm', () => {
  async function applied() {
    const world = await startApp()
    const coordinator = await world.signIn('bastien')
    const offer = await publishOffer(coordinator)
    const b = world.browser()
    for (const [given_name, email] of [
      ['Léa', 'lea@example.net'],
      ['Paul', 'paul@example.net'],
    ] as const)
      await b.post(`/offers/${offer}/apply`, { given_name, family_name: 'Blanc', email })
    const reminders = async () =>
      (await world.mails()).filter(({ template }) => template === 'applications/unconfirmed')
    return { world, coordinator, offer, reminders }
  }

  it('is written to once more, the next day', async () => {
    const { world, offer, reminders } = await applied()
    world.clock.advance(23 * HOUR)
    await remindUnconfirmed(world.deps)
    expect(await reminders()).toEqual([])
    world.clock.advance(2 * HOUR)
    // Of Léa, who applied again meanwhile and confirmed, nothing is asked.
    await world.browser().post(`/offers/${offer}/apply`, {
      given_name: 'Léa',
      family_name: 'Blanc',
      email: 'lea@example.net',
      message: 'Encore moi',
    })
    const b = await world.browser().get(await world.linkFor('lea@example.net'))
    await b.press('Oui, je confirme')
    for (let n = 0; n < 2; n++) await remindUnconfirmed(world.deps)
    expect((await reminders()).map(({ to }) => to)).toEqual(['paul@example.net'])
    await b.get(await world.linkFor('paul@example.net'))
    await b.press('Oui, je confirme')
    const paul = await world.deps.db
      .selectFrom('applications')
      .select('id')
      .where('given_name', '=', 'Paul')
      .executeTakeFirstOrThrow()
    const later = await world.signIn('bastien')
    await later.get(`/work/applications/${paul.id}`)
    expect(later.text).toContain('Deuxième message pour confirmer l’adresse')
  })

  it('is not written to when the offer takes nobody any more, nor after the three days', async () => {
    const { world, coordinator, offer, reminders } = await applied()
    await coordinator.post(`/work/offers/${offer}/pause`, {})
    world.clock.advance(DAY + HOUR)
    await remindUnconfirmed(world.deps)
    world.clock.advance(2 * DAY)
    await remindUnconfirmed(world.deps)
    expect(await reminders()).toEqual([])
  })

  it('is counted for the association, without a name', async () => {
    const { coordinator, offer } = await applied()
    for (const path of ['/work/applications', `/work/applications?offer=${offer}`]) {
      await coordinator.get(path)
      expect(coordinator.text).toContain('2 personnes n’ont pas encore confirmé leur adresse.')
      expect(coordinator.text).not.toContain('Léa')
    }
  })
})
