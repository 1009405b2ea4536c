// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F8, F21, F22b: the moderator's desk. An answer can be undone for a minute, a queue is worked through with one
// press each, and a text that comes back is compared with the one that was read.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { sendHeldAnswers, undoAnswer } from '../../server/moderation/commands/held.ts'
import { acceptOffer, askForChanges, refuseOffer, removeOffer } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { renameItems } from '../../server/moderation/commands/rename.ts'
import { receiveWithdrawal } from '../../server/moderation/commands/withdraw.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

const MINUTE = 60_000
let world: World

beforeEach(async () => {
  world = await startApp({ kind: 'centre', env: { UNDO_SECONDS: '60' } })
  await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
  const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await acceptMember(world.deps, farid(), id)
})
afterEach(stopApps)

const farid = () => viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
const arrive = (offer: PublicOffer, options: { via?: string } = { via: 'relation.offre.sceau' }) =>
  transact(world.deps, (tx) => receiveOffer(tx, world.deps, offer, options))
async function item() {
  const row = await world.deps.db.selectFrom('moderation_items').selectAll().executeTakeFirstOrThrow()
  // What is put back holds the same, with its fields in another order.
  return { ...row, pending_offer: JSON.parse(row.pending_offer ?? 'null') as unknown }
}
const listed = () => world.deps.db.selectFrom('listings').select(['title', 'revision', 'approved_at']).execute()
const held = () => world.deps.db.selectFrom('held_answers').selectAll().execute()
async function sent(): Promise<string[]> {
  const events = await world.deps.db.selectFrom('events').selectAll().orderBy('seq').execute()
  return events.map(({ type }) => type).filter((type) => /^moderation\.(?!received)/.test(type))
}
const changed = (revision = 2) =>
  samplePublicOffer({
    revision,
    updatedAt: `2026-11-2${revision}T08:00:00.000Z`,
    content: { tasks: { fr: ['Choisir un livre avec la maîtresse', 'Lire pour douze enfants'] } },
  })
const online = async () => {
  await arrive(samplePublicOffer())
  await acceptOffer(world.deps, farid(), (await item()).id, await item())
}
const REFUSAL = { reason: 'off_territory', note: 'Appelez-moi.' }
type Given = { version: number; batch: string }

const ANSWERS: Record<string, { before: () => Promise<unknown>; give: (id: string, on: Given) => Promise<void> }> = {
  'a new offer accepted': {
    before: () => arrive(samplePublicOffer()),
    give: (id, on) => acceptOffer(world.deps, farid(), id, on),
  },
  'an update accepted': {
    before: async () => {
      await online()
      await arrive(changed())
    },
    give: (id, on) => acceptOffer(world.deps, farid(), id, on),
  },
  'a question': {
    before: () => arrive(samplePublicOffer()),
    give: (id, on) => askForChanges(world.deps, farid(), id, { ...on, question: 'À quelle heure ?' }),
  },
  'a refusal': {
    before: () => arrive(samplePublicOffer()),
    give: (id, on) => refuseOffer(world.deps, farid(), id, { ...on, ...REFUSAL }),
  },
  'a removal': { before: online, give: (id, on) => removeOffer(world.deps, farid(), id, { ...on, ...REFUSAL }) },
}

describe.each(Object.entries(ANSWERS))('pages F8: %s', (_name, { before, give }) => {
  beforeEach(() => before())

  it('is undone within the minute, and nothing was ever sent', async () => {
    const [was, shown, events] = [await item(), await listed(), await sent()]
    await give(was.id, { version: was.version, batch: 'one' })
    expect(await item()).not.toMatchObject({ state: was.state, decided_at: was.decided_at })
    expect(await sent()).toEqual(events)
    expect(await undoAnswer(world.deps, farid(), 'one')).toEqual({ undone: [was.id], left: [] })
    expect(await item()).toEqual({ ...was, version: was.version + 2 })
    expect(await listed()).toEqual(shown)
    expect(await world.deps.db.selectFrom('offer_messages').selectAll().execute()).toEqual([])
    world.clock.advance(2 * MINUTE)
    await sendHeldAnswers(world.deps)
    expect(await sent()).toEqual(events)
  })

  it('leaves after the minute, once, and cannot be undone then', async () => {
    const [was, events] = [await item(), await sent()]
    await give(was.id, { version: was.version, batch: 'one' })
    world.clock.advance(MINUTE - 1)
    await sendHeldAnswers(world.deps)
    expect(await sent()).toEqual(events)
    world.clock.advance(1)
    await sendHeldAnswers(world.deps)
    await sendHeldAnswers(world.deps)
    expect(await sent()).toHaveLength(events.length + 1)
    const after = await item()
    expect(await undoAnswer(world.deps, farid(), 'one')).toEqual({ undone: [], left: [] })
    expect(await item()).toEqual(after)
  })

  it('cannot be undone by a colleague, nor after the minute before it has left', async () => {
    const was = await item()
    await give(was.id, { version: was.version, batch: 'one' })
    const amina = viewerOf(world.id('amina'), 'Amina', ['administrator'])
    expect(await undoAnswer(world.deps, amina, 'one')).toEqual({ undone: [], left: [] })
    await expect(undoAnswer(world.deps, viewerOf(world.id('farid'), 'F', ['volunteer']), 'one')).rejects.toThrow('403')
    world.clock.advance(MINUTE)
    expect((await undoAnswer(world.deps, farid(), 'one')).undone).toEqual([])
    expect(await held()).toHaveLength(1)
  })

  const HAPPENS: Record<string, () => Promise<unknown>> = {
    'its association withdraws it': () =>
      transact(world.deps, (tx) => receiveWithdrawal(tx, world.deps, samplePublicOffer().uri, CONTEURS.uri)),
    'another text arrives': () => arrive(changed(3)),
    'its association has a new name': () =>
      transact(world.deps, (tx) => renameItems(tx, world.deps, { ...CONTEURS, name: 'Les Conteurs' })),
    'it is decided again': async () => {
      const { id, version, accepted_offer: shown } = await item()
      if (shown) await removeOffer(world.deps, farid(), id, { version, ...REFUSAL })
      else await acceptOffer(world.deps, farid(), id, { version })
    },
  }
  it.each(Object.entries(HAPPENS))('leaves first when %s', async (_what, happens) => {
    const [was, events] = [await item(), await sent()]
    await give(was.id, { version: was.version, batch: 'one' })
    const event = (await held())[0]!.event
    await happens()
    expect(await held()).toEqual([])
    expect((await sent())[events.length]).toBe(JSON.parse(event).type)
    expect((await undoAnswer(world.deps, farid(), 'one')).undone).toEqual([])
  })
})

it('pages F8: many answered at once are undone at once; what changed meanwhile keeps its answer', async () => {
  for (const name of ['un', 'deux', 'trois'])
    await arrive(samplePublicOffer({ name, content: { title: { fr: `Offre ${name}` } } }))
  const b = await world.signIn('farid')
  await b.get('/moderation?ticked=all')
  await b.choose('Accepter les annonces cochées').press('Envoyer ma réponse')
  expect(await listed()).toHaveLength(3)
  await arrive(samplePublicOffer({ name: 'deux', revision: 2, updatedAt: '2026-11-22T08:30:00.000Z' }))
  await b.press('Revenir sur ma réponse')
  expect(b.text).toContain('Votre réponse est annulée pour 2 annonces.')
  expect((await listed()).map(({ title }) => title)).toEqual(['Offre deux'])
  expect(await sent()).toEqual(['moderation.accepted'])
})

it('pages F8: one answer is undone from its message or from its page, and one reads what happened', async () => {
  await arrive(samplePublicOffer())
  const b = await world.signIn('farid')
  const page = `/moderation/${(await item()).id}`
  await b.get(page)
  const refuse = () => b.choose('Refuser').fill('La raison', 'Hors du territoire').press('Envoyer ma décision')
  await refuse()
  await b.press('Revenir sur ma réponse')
  expect(b.url).toBe(page)
  expect(b.text).toContain('Rien n’est parti.')
  await refuse()
  await b.get(page)
  expect(b.text).toContain('Les autres sites n’en savent rien avant 10:01')
  world.clock.advance(MINUTE)
  await b.press('Revenir sur ma réponse')
  expect(b.text).toContain('Il n’y a plus rien à annuler')
  expect((await item()).state).toBe('refused')
  await b.get(page)
  expect(b.hasButton('Revenir sur ma réponse')).toBe(false)
})

it('one acceptance is what associations wait for: they hear of it at once', async () => {
  await arrive(samplePublicOffer())
  const b = await world.signIn('farid')
  await b.get(`/moderation/${(await item()).id}`)
  await b.press('Accepter et passer à la suivante')
  expect(b.hasButton('Revenir sur ma réponse')).toBe(false)
  expect(await sent()).toEqual(['moderation.accepted'])
  expect(await held()).toEqual([])
})

it('pages F8: after a refusal the next offer opens; the others of the association are a link, with nothing ticked', async () => {
  for (const name of ['un', 'deux', 'trois'])
    await arrive(samplePublicOffer({ name, content: { title: { fr: `Offre ${name}` } } }))
  const b = await world.signIn('farid')
  await b.get('/moderation')
  await b.follow('Offre un')
  await b.choose('Refuser').fill('La raison', 'Hors du territoire').press('Envoyer ma décision')
  expect(b.heading).toBe('Offre deux')
  await b.follow('Répondre aux 2 autres annonces des Conteurs de la Saône')
  expect(b.document.querySelectorAll('input[type=checkbox]')).toHaveLength(2)
  expect(b.document.querySelectorAll('input[checked]')).toHaveLength(0)
})

it('pages F21: thirty offers take thirty presses, each leading to the heading of the next', async () => {
  for (let n = 1; n <= 30; n++) {
    world.clock.advance(1000)
    await arrive(samplePublicOffer({ name: `o${n}`, content: { title: { fr: `Offre ${n}` } } }))
  }
  const b = await world.signIn('farid')
  await b.get('/moderation')
  await b.follow('Offre 1')
  const heading = b.document.querySelector('h1')!
  expect([heading.id, heading.getAttribute('tabindex')]).toEqual(['offer', '-1'])
  // Before the text and its form, so that it is the first thing after the heading.
  const first = b.document.querySelector('main :is(button, input, select, textarea):not([type=hidden])')!
  expect(first.getAttribute('formaction')).toMatch(/\/acceptance$/)
  for (let n = 1; n <= 30; n++) {
    expect(b.heading).toBe(`Offre ${n}`)
    await b.press('Accepter et passer à la suivante')
  }
  expect(b.url).toBe('/moderation')
  expect(await listed()).toHaveLength(30)
})

it('pages F21: next and previous walk the whole queue, beyond the dozen beside it', async () => {
  for (let n = 1; n <= 15; n++) {
    world.clock.advance(1000)
    await arrive(samplePublicOffer({ name: `o${n}`, content: { title: { fr: `Offre ${n}` } } }))
  }
  const b = await world.signIn('farid')
  await b.get('/moderation')
  await b.follow('Offre 1')
  expect(b.hasLink('Revenir à la précédente')).toBe(false)
  for (let n = 2; n <= 15; n++) {
    await b.follow('Passer à la suivante')
    expect(b.heading).toBe(`Offre ${n}`)
  }
  await b.follow('Revenir à la précédente')
  expect(b.heading).toBe('Offre 14')
})

describe('pages F22b: an offer that comes back', () => {
  const COMES_BACK: Record<string, () => Promise<void>> = {
    'after a question': async () => {
      const { id, version } = await item()
      await askForChanges(world.deps, farid(), id, { version, question: 'Combien d’enfants ?' })
    },
    'after a refusal': async () => {
      const { id, version } = await item()
      await refuseOffer(world.deps, farid(), id, { version, ...REFUSAL })
    },
    'after a removal': async () => {
      await acceptOffer(world.deps, farid(), (await item()).id, await item())
      await removeOffer(world.deps, farid(), (await item()).id, { version: (await item()).version, ...REFUSAL })
    },
    'after it was taken back': async () => {
      await acceptOffer(world.deps, farid(), (await item()).id, await item())
      await transact(world.deps, (tx) => receiveWithdrawal(tx, world.deps, samplePublicOffer().uri, CONTEURS.uri))
    },
  }
  it.each(Object.entries(COMES_BACK))('%s is compared with what was read', async (_when, happens) => {
    await arrive(samplePublicOffer())
    await happens()
    await arrive(changed())
    const b = await world.signIn('farid')
    await b.get(`/moderation/${(await item()).id}`)
    expect(b.text).toContain('ont changé 1 champ depuis votre réponse')
    const words = (mark: string) => [...b.document.querySelectorAll(mark)].map((one) => one.textContent).join(' ')
    expect(words('ins')).toContain('douze')
    expect(words('del')).toContain('six')
  })

  it('unchanged says so, and after a refusal that it is the second time', async () => {
    await arrive(samplePublicOffer())
    const { id, version } = await item()
    await askForChanges(world.deps, farid(), id, { version, question: 'Où ?' })
    await arrive(samplePublicOffer())
    const b = await world.signIn('farid')
    await b.get(`/moderation/${id}`)
    expect(b.text).toContain('ont renvoyé la même annonce')
    await refuseOffer(world.deps, farid(), id, { version: (await item()).version, ...REFUSAL })
    await arrive(samplePublicOffer())
    await b.get(`/moderation/${id}`)
    expect(b.text).toMatch(/Deuxième demande ?: .* ont renvoyé/)
  })
})
