// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre asks about an offer, with a comment beside a field; the association answers. Two sites, real HTTP between them.
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { stopApps, type World } from '../support/app.ts'
import * as instances from './instances.ts'

let association: World
let centre: World
let id: string
const both = () => instances.settleAll(association, centre)
const item = async () => (await instances.items(centre))[0]!
const rejects = async () =>
  (await instances.sent(centre)).filter(({ type }) => type === 'Reject').map(({ body }) => JSON.parse(body))
const offered = async () =>
  (await instances.sent(association)).filter(({ type }) => type === 'Offer').map(({ body }) => JSON.parse(body))
const messages = (world: World) => world.deps.db.selectFrom('offer_messages').selectAll().orderBy('at').execute()

beforeAll(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  centre = await instances.startInstance('centre', instances.PORTS.centre)
  await instances.join(association, centre)
  id = await instances.publish(association)
  await both()
})
afterAll(stopApps)

async function ask() {
  const b = await centre.signIn('farid')
  await b.get(`/moderation/${(await item()).id}`)
  b.choose('Demander une précision')
  b.fill('Votre remarque : Ce que l’on fait', 'Combien de cageots ?')
  b.fill('Votre question à l’association', 'Quel permis faut-il ?')
  await b.press('Envoyer ma décision')
  await both()
}

it.each([
  ['is chosen', 'Envoyer ma décision'],
  ['is one press', ''],
])('a comment is not lost when another decision %s', async (_way, button) => {
  const b = await centre.signIn('farid')
  await b.get(`/moderation/${(await item()).id}`)
  expect(b.document.querySelectorAll('details[open] textarea[name^=comment_]')).toHaveLength(0)
  b.choose('Accepter').fill('Votre remarque : Ce que l’on fait', 'Combien ?')
  await b.press(button || b.document.querySelector('[data-key=a]')!.textContent!.trim())
  expect(b.status).toBe(422)
  expect(b.text).toContain('Vous avez écrit une remarque à côté d’un champ.')
  expect(b.value('Votre remarque : Ce que l’on fait')).toBe('Combien ?')
  const opened = [...b.document.querySelectorAll('details[open] textarea[name^=comment_]')]
  expect(opened.map((one) => one.getAttribute('name'))).toEqual(['comment_tasks'])
  expect((await item()).state).toBe('pending')
  await b.choose('Demander une précision').fill('Votre remarque : Ce que l’on fait', '').press('Envoyer ma décision')
  expect(b.errors()).toEqual({
    'Votre question à l’association': 'Écrivez votre question à l’association, ou une remarque à côté d’un champ.',
  })
})

it('the question and the comment reach the association alone: by mail, on its page and beside the field', async () => {
  await ask()
  const [sent] = await rejects()
  expect(sent).toMatchObject({
    to: [instances.actorOf(association)],
    terms: {
      decision: 'changes_requested',
      question: 'Quel permis faut-il ?',
      comments: { tasks: 'Combien de cageots ?' },
    },
  })
  expect(sent.cc).toBeUndefined()
  // Other software reads all of it in words.
  expect(sent.summary).toContain('Quel permis faut-il ?')
  expect(sent.summary).toContain('Combien de cageots ?')

  const mail = (await association.mails()).find(({ template }) => template === 'offers/decided')!
  expect(mail.text).toContain('Combien de cageots ?')
  const b = await association.signIn('bastien')
  await b.get(`/work/offers/${id}`)
  expect(b.text).toContain('Quel permis faut-il ?')
  expect(b.text).toMatch(/Ce que l’on fait ?Combien de cageots \?/)
  await b.follow('Répondre en modifiant l’annonce')
  const notice = [...b.document.querySelectorAll('.flash')].find((one) =>
    one.textContent?.includes('Combien de cageots ?'),
  )
  expect(notice?.nextElementSibling?.querySelector('textarea')?.getAttribute('name')).toBe('tasks_fr')
})

it('an answer in words alone takes the offer back to the queue, and a second question follows', async () => {
  const b = await association.signIn('bastien')
  await b.get(`/work/offers/${id}`)
  await b.press('Envoyer ma réponse')
  expect(b.status).toBe(422)
  expect(b.text).toContain('Écrivez votre réponse.')
  expect(b.document.querySelector('details[open] textarea[name=words]')).not.toBeNull()
  b.fill('Votre réponse à', 'Le permis B suffit.')
  await b.press('Envoyer ma réponse')
  expect(b.text).toContain('Votre réponse part.')
  await both()
  const last = (await offered()).at(-1)!
  expect(last).toMatchObject({ to: [instances.actorOf(centre)], revision: 1, summary: '<p>Le permis B suffit.</p>' })
  expect(last.cc).toBeUndefined()

  expect(await item()).toMatchObject({ state: 'pending', arrival: 'answered' })
  const reader = await centre.signIn('farid')
  await reader.get(`/moderation/${(await item()).id}`)
  expect(reader.text).toMatch(/Quel permis faut-il \?.*Combien de cageots \?.*Le permis B suffit\./)
  const mails = (await centre.mails()).filter(({ template }) => template === 'moderation/received')
  expect(mails.at(-1)!.text).toContain('Le permis B suffit.')

  await ask()
  expect((await messages(centre)).map(({ is_ours }) => is_ours)).toEqual([1, 0, 1])
  expect((await messages(association)).map(({ is_ours }) => is_ours)).toEqual([0, 1, 0])
})

it('an answer goes along with a corrected text, once', async () => {
  const b = await association.signIn('bastien')
  await b.get(`/work/offers/${id}/edit`)
  b.fill('Les tâches', 'Conduire le camion\nPorter vingt cageots').fill('Votre réponse au', 'C’est corrigé.')
  await b.press('Enregistrer les changements')
  await both()
  expect((await offered()).at(-1)).toMatchObject({ revision: 2, summary: '<p>C’est corrigé.</p>' })
  expect((await messages(centre)).map(({ words }) => words).at(-1)).toBe('C’est corrigé.')
  expect(await item()).toMatchObject({ state: 'pending', latest_revision: 2 })

  await b.get(`/work/offers/${id}/edit`)
  expect(b.html).not.toContain('name="answer"')
  await b.fill('Les tâches', 'Conduire le camion\nPorter trente cageots').press('Enregistrer les changements')
  await both()
  const last = (await offered()).at(-1)!
  expect(last.revision).toBe(3)
  expect(last.summary).toBeUndefined()
})

it('the public sees nothing of it', async () => {
  for (const world of [association, centre]) {
    const b = world.browser()
    await b.get(world === association ? `/offers/${id}` : '/offers')
    expect(b.html).not.toContain('cageots ?')
    expect(b.html).not.toContain('Le permis B suffit.')
  }
})

it.each([
  ['Âge maximum', 'max_age', 'Pourquoi 25 ans ?'],
  ['Ce qui peut être adapté', 'adaptations_fr', 'Y a-t-il une rampe ?'],
])('a comment about « %s » reaches its field', async (label, field, words) => {
  const title = { fr: `Trier les dons : ${label}` }
  const facts = { max_age: 25, adaptations: { fr: 'On peut rester assis.' } }
  const offer = await instances.publish(association, { title, ...facts })
  await both()
  const waiting = (await instances.items(centre)).find((one) => one.title === title.fr)!
  const reader = await centre.signIn('farid')
  await reader.get(`/moderation/${waiting.id}`)
  await reader.choose('Demander une précision').fill(`Votre remarque : ${label}`, words).press('Envoyer ma décision')
  await both()
  const b = await association.signIn('bastien')
  await b.get(`/work/offers/${offer}/edit`)
  const notice = [...b.document.querySelectorAll('.flash')].find((one) => one.textContent?.includes(words))
  expect(notice?.nextElementSibling?.querySelector('textarea, input')?.getAttribute('name')).toBe(field)
})
