// SPDX-License-Identifier: AGPL-3.0-or-later
// offers §6.1 (questions): an offer asks whoever applies a few things of its own.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson } from '../../db/queries/people.ts'
import { acceptApplication } from '../../server/applications/commands/answer.ts'
import { anonymiseEnded } from '../../server/applications/timetable.ts'
import { DAY } from '../../server/base/clock.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { personAsJson } from '../../server/privacy/export.ts'
import { bastienOf, linksTo, publish, row, YVON } from '../support/answering.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'

afterEach(stopApps)

const DRIVEN = 'Avez-vous déjà conduit un camion ?'
const DAYS = 'Quels jours vous vont ?'
const QUESTIONS = { fr: [DRIVEN, DAYS], en: ['Have you driven a lorry before?', 'Which days suit you?'] }
const SEND = 'Envoyer ma candidature'

const open = async (world: World, offer: string, language = 'fr'): Promise<Browser> => {
  const b = world.browser(language)
  await b.get(`/offers/${offer}/apply`)
  return b
}
const replies = async (world: World) => JSON.parse((await row(world)).replies) as object[]
const kept = async (world: World) =>
  (await world.deps.db.selectFrom('applications').select('replies').execute()).map((one) => one.replies)
const named = (b: Browser) =>
  b.fill('Votre prénom', 'Yvon').fill('Votre nom', 'Paquette').fill('Votre adresse e-mail', YVON.email)

describe('the team', () => {
  it('asks in the form of the offer; the page of the offer says it before, and the open data', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const id = await publishOffer(b)
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Vos questions', `- ${DRIVEN}\n\n${DAYS}`).press('Enregistrer les changements')
    expect(b.text).toContain(`Vos questions ${DRIVEN} ${DAYS}`)
    world.clock.advance(60_000)
    expect((await world.browser().get(`/offers/${id}`)).text).toContain(`Ce que l’on vous demandera ${DRIVEN} ${DAYS}`)
    const json = (await (await fetch(`${world.url}/api/v1/offers/${id}`)).json()) as object
    expect(json).toMatchObject({ questions: { fr: [DRIVEN, DAYS] }, replies_needed: false })
  })

  it('is told at the field when there are too many, or one is too long, and loses nothing', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    for (const [typed, fault] of [
      ['Une ?\nDeux ?\nTrois ?\nQuatre ?\nCinq ?\nSix ?', 'Cinq questions au plus, une par ligne.'],
      [`${'x'.repeat(201)} ?`, 'Une question a 200 signes au plus.'],
    ] as const) {
      await b.get('/work/offers/new')
      await b.fill('Titre', 'Servir la soupe').fill('Vos questions', typed).press('Enregistrer et me relire')
      expect([b.status, b.errors(), b.value('Vos questions')]).toEqual([422, { 'Vos questions': fault }, typed])
    }
  })

  it('is asked for a title in the language of the questions', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    await b
      .fill('Titre', 'Servir la soupe')
      .fill('Vos questions, en anglais', 'Can you drive?')
      .press('Enregistrer et me relire')
    expect([b.status, Object.keys(b.errors())]).toEqual([422, ['Titre, en anglais']])
  })

  it('asks the same questions in both languages', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/offers/new')
    await b
      .fill('Titre', 'Servir la soupe')
      .fill('Titre, en anglais', 'Serving soup')
      .fill('Vos questions', `${DRIVEN}\n${DAYS}`)
      .fill('Vos questions, en anglais', QUESTIONS.en[0]!)
      .press('Enregistrer et me relire')
    expect([b.status, b.errors(), b.value('Vos questions, en anglais')]).toEqual([
      422,
      { 'Vos questions, en anglais': 'Écrivez ici les mêmes questions que dans l’autre langue, dans le même ordre.' },
      QUESTIONS.en[0],
    ])
    await b.fill('Vos questions, en anglais', QUESTIONS.en.join('\n')).press('Enregistrer et me relire')
    expect(b.status).toBe(200)
  })

  it('reads the replies on the page of the application, by the link of its mail and in its file', async () => {
    const world = await startApp()
    const offer = await publish(world, { questions: QUESTIONS })
    const b = await open(world, offer)
    await named(b).fill(DRIVEN, 'Oui, dix ans.\nEt un bus.').press(SEND)
    await world.browser().post(`${await world.linkFor(YVON.email)}/confirmation`, {})
    const desk = await world.signIn('bastien')
    await desk.get(`/work/applications/${(await row(world)).id}`)
    expect(desk.text).toContain(`Réponses à vos questions ${DRIVEN} Oui, dix ans. Et un bus.`)
    expect(desk.text).not.toContain(DAYS)
    const mailed = await world.browser().get((await linksTo(world)).overview)
    expect(mailed.text).toContain(`${DRIVEN} Oui, dix ans.`)
    await desk.get('/work/applications.csv')
    expect(desk.html).toContain(`"${DRIVEN} Oui, dix ans.\nEt un bus."`)
    const own = await world.browser().get(await world.linkFor(YVON.email))
    expect(own.text).toContain(`${DRIVEN} Oui, dix ans.`)
  })
})

describe('whoever applies', () => {
  it('is told which reply is needed, at its field, and loses nothing', async () => {
    const world = await startApp()
    const offer = await publish(world, { questions: QUESTIONS, replies_needed: true })
    const b = await open(world, offer)
    await named(b).fill(DRIVEN, 'Oui').press(SEND)
    expect([b.status, b.errors()]).toEqual([422, { [DAYS]: 'Répondez à cette question, même en quelques mots.' }])
    expect([b.value(DRIVEN), b.value('Votre prénom')]).toEqual(['Oui', 'Yvon'])
    await b.fill(DAYS, 'x'.repeat(1001)).press(SEND)
    expect([b.status, Object.keys(b.errors())]).toEqual([422, [DAYS]])
    await b.fill(DAYS, 'Le mardi').press(SEND)
    expect(await replies(world)).toEqual([
      { question: DRIVEN, reply: 'Oui' },
      { question: DAYS, reply: 'Le mardi' },
    ])
  })

  it('reads them in their language, and keeps what was typed when the language changes', async () => {
    const world = await startApp()
    const offer = await publish(world, { questions: QUESTIONS, replies_needed: true })
    const b = await open(world, offer, 'en')
    await b
      .fill('Your first name', 'Yvon')
      .fill('Your last name', 'Paquette')
      .fill('Your e-mail address', YVON.email)
      .fill(QUESTIONS.en[0]!, 'Yes')
      .press('Français')
    expect([b.value(DRIVEN), b.value('Votre prénom')]).toEqual(['Yes', 'Yvon'])
  })

  it('who read another question is asked the new one, and no reply stands under what was not read', async () => {
    const world = await startApp()
    const offer = await publish(world, { questions: { fr: [DRIVEN] } })
    const b = await open(world, offer)
    named(b).fill(DRIVEN, 'Oui')
    const desk = await world.signIn('bastien')
    await desk.get(`/work/offers/${offer}/edit`)
    await desk
      .fill('Vos questions', DAYS)
      .choose('Il faut répondre à chaque question pour se proposer')
      .press('Enregistrer les changements')
    await b.press(SEND)
    expect([b.status, Object.keys(b.errors()), b.value(DAYS)]).toEqual([422, [DAYS], ''])
    expect(b.text).toContain('Vous aviez répondu: « Oui »')
  })

  it.each([
    ['another question', DAYS],
    ['no question at all', ''],
  ])('whose reply was to a question that is %s meanwhile reads it again before it is left out', async (_now, asked) => {
    const world = await startApp()
    const offer = await publish(world, { questions: { fr: [DRIVEN] } })
    const b = await open(world, offer)
    named(b).fill(DRIVEN, 'Oui, dix ans')
    const desk = await world.signIn('bastien')
    await desk.get(`/work/offers/${offer}/edit`)
    await desk.fill('Vos questions', asked).press('Enregistrer les changements')
    await b.press(SEND)
    expect([b.status, b.text.includes('Vous aviez répondu: « Oui, dix ans »')]).toEqual([422, true])
    expect(await kept(world)).toEqual([])
    await b.press(SEND)
    expect(await kept(world)).toEqual(['[]'])
  })

  it('replies to each of two questions that read alike', async () => {
    const world = await startApp()
    const offer = await publish(world, { questions: { fr: [DRIVEN, DRIVEN] }, replies_needed: true })
    const b = await open(world, offer)
    const fields = [...b.document.querySelectorAll('textarea')]
      .map(({ name }) => name)
      .filter((one) => one !== 'message')
    await b.post(`/offers/${offer}/apply`, {
      ...YVON,
      ...Object.fromEntries(fields.map((name, at) => [name, `${at}`])),
    })
    expect(await replies(world)).toEqual([
      { question: DRIVEN, reply: '0' },
      { question: DRIVEN, reply: '1' },
    ])
  })
})

it('is in the data of the person, and goes with the person who is erased', async () => {
  const world = await startApp()
  const offer = await publish(world, { questions: QUESTIONS })
  await named(await open(world, offer))
    .fill(DRIVEN, 'Oui')
    .press(SEND)
  await world.browser().post(`${await world.linkFor(YVON.email)}/confirmation`, {})
  const { id } = await row(world)
  await acceptApplication(world.deps, bastienOf(world), id, { word: '' })
  const yvon = (await findPerson(world.deps.db, (await row(world)).person_id!))!
  let text = ''
  for await (const part of personAsJson(world.deps, yvon)) text += part
  expect(text).toContain(DRIVEN)
  await erasePerson(world.deps, yvon, null)
  expect(await kept(world)).toEqual(['[]'])
})

it('goes with the message twelve months after the end', async () => {
  const world = await startApp()
  const offer = await publish(world, { questions: QUESTIONS })
  await named(await open(world, offer))
    .fill(DRIVEN, 'Oui')
    .press(SEND)
  const own = await world.linkFor(YVON.email)
  await world.browser().post(`${own}/confirmation`, {})
  await (await world.browser().get(`${own}/withdrawal`)).press('Retirer ma candidature')
  expect(await replies(world)).toHaveLength(1)
  world.clock.advance(366 * DAY)
  await anonymiseEnded(world.deps)
  expect(await kept(world)).toEqual(['[]'])
})
