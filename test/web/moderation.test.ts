// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { acceptMember, setTrust } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest, recordEnded } from '../../server/partners/commands/receive.ts'
import { HOUR } from '../../server/base/clock.ts'
import { refuseUnanswered } from '../../server/moderation/timetable.ts'
import { askForChanges } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { receiveWithdrawal } from '../../server/moderation/commands/withdraw.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { transact } from '../../server/web/transact.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

const TITLE = 'Lire des histoires à l’école Prévert'
const VIA = 'relation.offre.sceau'
let world: World

beforeEach(async () => {
  world = await startApp({ kind: 'centre' })
  await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
  const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await acceptMember(world.deps, farid(), id)
})
afterEach(stopApps)

const farid = () => viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
/** As received by the federation. */
const arrive = (offer: PublicOffer, options: { via?: string } = { via: VIA }) =>
  transact(world.deps, (tx) => receiveOffer(tx, world.deps, offer, options))
const listed = () => world.deps.db.selectFrom('listings').selectAll().execute()
const item = () => world.deps.db.selectFrom('moderation_items').selectAll().executeTakeFirstOrThrow()
const facts = async (start = 'moderation.') => {
  const events = await world.deps.db.selectFrom('events').selectAll().orderBy('seq').execute()
  return events.filter(({ type }) => type.startsWith(start)).map(({ type }) => type)
}
const changed = (revision = 2) =>
  samplePublicOffer({
    revision,
    updatedAt: `2026-11-2${revision}T08:00:00.000Z`,
    content: {
      tasks: { fr: ['Choisir un livre avec la maîtresse', 'Lire à voix haute pour une demi-classe, douze enfants'] },
      minutes_per_session: 90,
    },
  })
async function accepted() {
  await arrive(samplePublicOffer())
  const b = await world.signIn('farid')
  await b.get('/moderation')
  await b.follow(TITLE)
  await b.choose('Accepter').press('Envoyer ma décision')
  return b
}

describe('a new offer', () => {
  it('waits in the queue, is read, accepted, and is on the site', async () => {
    const b = await world.signIn('farid')
    await b.get('/moderation')
    expect(b.text).toContain('Rien à relire.')

    await arrive(samplePublicOffer())
    expect(await listed()).toEqual([])
    await b.get('/moderation')
    expect(b.text).toContain('Nouvelle')
    expect(b.text).toContain('Les Conteurs de la Saône')
    expect(b.text).toContain('aujourd’hui')
    await b.follow(TITLE)
    expect(b.heading).toBe(TITLE)
    expect(b.text).toContain('Lire à voix haute pour six enfants')
    expect(b.text).toContain('École Prévert, 21000 Dijon')
    expect(b.text).toContain('L’association n’a rien écrit ici: Pratique.')
    await b.choose('Accepter').press('Envoyer ma décision')

    expect(b.url).toBe('/moderation')
    expect(b.text).toContain(`« ${TITLE} » est en ligne`)
    const [row] = await listed()
    expect(row).toMatchObject({ origin: 'member', title: TITLE, via: VIA, approved_at: world.clock.iso(), revision: 1 })
    expect(await item()).toMatchObject({
      state: 'accepted',
      accepted_revision: 1,
      pending_offer: null,
      decided_by: world.id('farid'),
    })
    expect(await facts()).toEqual(['moderation.received', 'moderation.accepted'])
  })

  it('is mailed to the moderators once, with its title and no more', async () => {
    await arrive(samplePublicOffer())
    await arrive(samplePublicOffer())
    const mails = (await world.mails()).filter(({ template }) => template === 'moderation/received')
    expect(mails.map(({ to }) => to)).toEqual(['farid@example.org'])
    expect(mails[0]!.subject.replace('\u00a0', ' ')).toBe(`À relire : ${TITLE}`)
    expect(mails[0]!.text).toContain('/moderation/')
    expect(mails[0]!.text).not.toContain('six enfants')
  })

  it('is questioned: the association may correct it, and it comes back', async () => {
    await arrive(samplePublicOffer())
    const b = await world.signIn('farid')
    await b.get('/moderation')
    await b.follow(TITLE)
    await b.choose('Demander une précision').press('Envoyer ma décision')
    expect(b.status).toBe(422)
    expect(b.title).toMatch(/^Erreur/)
    expect(b.errors()).toEqual({
      'Votre question à l’association': 'Écrivez votre question à l’association, ou une remarque à côté d’un champ.',
    })
    b.choose('Demander une précision').fill('Votre question à l’association', 'À quelle heure ?')
    await b.press('Envoyer ma décision')
    expect(b.text).toContain('votre question part')
    expect(await item()).toMatchObject({ state: 'changes_requested', note: 'À quelle heure ?', reason_code: null })
    expect(await facts()).toEqual(['moderation.received', 'moderation.changes_requested'])

    await b.get('/moderation?shelf=asked')
    expect(b.text).toContain('Réponse attendue')
    await arrive(changed(), {})
    await b.get('/moderation')
    expect(b.text).toContain('Revenue')
    await b.follow(TITLE)
    expect(b.text).toContain('À quelle heure ?')
    expect(b.text).toContain('douze enfants')
  })

  it('is refused with one of our reasons, and nothing of it is shown', async () => {
    await arrive(samplePublicOffer())
    const b = await world.signIn('farid')
    await b.get('/moderation')
    await b.follow(TITLE)
    await b.press('Envoyer ma décision')
    expect(b.status).toBe(422)
    expect(b.text).toContain('Choisissez votre décision.')
    await b.choose('Refuser').fill('Un mot pour l’association', 'Appelez-moi.').press('Envoyer ma décision')
    expect(b.status).toBe(422)
    expect(b.errors()).toEqual({ 'La raison': 'Choisissez la raison.' })
    expect(b.value('Un mot pour l’association')).toBe('Appelez-moi.')
    await b.fill('La raison', 'Hors du territoire').press('Envoyer ma décision')
    expect(await item()).toMatchObject({ state: 'refused', reason_code: 'off_territory', note: 'Appelez-moi.' })
    expect(await listed()).toEqual([])
    expect(await facts()).toEqual(['moderation.received', 'moderation.refused'])

    await b.get('/moderation?shelf=refused')
    await b.follow(TITLE)
    await b.press('La montrer maintenant')
    expect(await listed()).toHaveLength(1)
  })

  it('cannot be refused for a reason that is not on the list', async () => {
    await arrive(samplePublicOffer())
    const b = await world.signIn('farid')
    const { id, version } = await item()
    await b.post(`/moderation/${id}/decision`, {
      decision: 'refuse',
      reason: 'antipathy',
      note: '',
      version: String(version),
    })
    expect(b.status).toBe(422)
    expect((await item()).state).toBe('pending')
  })

  it('shows that it is outside the territory, or closed meanwhile', async () => {
    await arrive(
      samplePublicOffer({
        content: {
          places: [
            {
              ...samplePublicOffer().content.places[0]!,
              name: 'Lyon',
              code: 'FR-69123',
              department: 'FR-D69',
              region: 'FR-R84',
            },
          ],
        },
        standing: { applications: 'closed' },
      }),
    )
    const b = await world.signIn('farid')
    await b.get(`/moderation/${(await item()).id}`)
    expect(b.text).toContain('Aucune de ses communes n’est dans votre territoire.')
    expect(b.text).toContain('ne prend plus de candidatures')
  })

  it('does not call a town of its own département or region outside, whatever the sender calls them', async () => {
    await world.deps.db.updateTable('association').set({ territory: '["FR-R27","QC-15"]' }).execute()
    const [place] = samplePublicOffer().content.places
    const dijon = { ...place!, region: 'Bourgogne-Franche-Comté', department: 'Côte-d’Or' }
    const valDavid = { ...place!, code: 'QC-78010', name: 'Val-David', region: 'Laurentides', department: null }
    for (const [name, at] of Object.entries({ dijon, valDavid })) {
      await arrive(samplePublicOffer({ name, content: { places: [at] } }))
    }
    const b = await world.signIn('farid')
    const items = await world.deps.db.selectFrom('moderation_items').select('id').execute()
    expect(items).toHaveLength(2)
    for (const { id } of items) {
      await b.get(`/moderation/${id}`)
      expect(b.text).not.toContain('Aucune de ses communes')
    }
  })
})

describe('an edit of an accepted offer', () => {
  it('leaves the approved text online, and shows the moderator only what changed', async () => {
    const b = await accepted()
    await arrive(changed(), {})
    expect((await listed())[0]!.content).toContain('six enfants')
    await b.get('/moderation')
    expect(b.text).toContain('Modifiée')
    await b.follow(TITLE)
    expect(b.text).toContain('ont changé 2 champs')
    expect(b.text).toContain('reste en ligne')
    const labels = [...b.document.querySelectorAll('.diff h2')].map(
      (one) => one.textContent?.trim().split(/\s{2,}| Changé/)[0],
    )
    expect(labels).toEqual(['Ce que l’on fait', 'Horaires'])
    const texts = (selector: string) => [...b.document.querySelectorAll(selector)].map((one) => one.textContent)
    expect(texts('.diff del')).toEqual(['six', '45\u00a0min'])
    expect(texts('.diff ins').join('|')).toContain('une demi-classe, douze')
    expect(b.text).toContain('autres champs n’ont pas changé')

    await b.choose('Accepter').press('Envoyer ma décision')
    expect((await listed())[0]!.content).toContain('douze enfants')
    expect((await listed())[0]!.revision).toBe(2)
    expect(await facts()).toEqual([
      'moderation.received',
      'moderation.accepted',
      'moderation.received',
      'moderation.accepted',
    ])
  })

  it('may be refused without taking the offer off the site', async () => {
    const b = await accepted()
    await arrive(changed(), {})
    await b.get(`/moderation/${(await item()).id}`)
    await b.choose('Refuser').fill('La raison', 'Le texte peut tromper').press('Envoyer ma décision')
    expect(await item()).toMatchObject({ state: 'refused', accepted_revision: 1 })
    expect((await listed())[0]!.content).toContain('six enfants')
  })

  it('is announced in one mail, as a change', async () => {
    await accepted()
    await arrive(changed(2), {})
    await arrive(changed(3), {})
    const mails = (await world.mails()).filter(({ template }) => template === 'moderation/received')
    expect(mails).toHaveLength(2)
    expect(mails[1]!.text).toContain('ont changé une annonce')
  })

  it('applies at once what takes away: closed, full, cancelled, an earlier end', async () => {
    await accepted()
    const at = (minute: number) => `2026-11-22T10:0${minute}:00.000Z`
    await arrive(samplePublicOffer({ updatedAt: at(1), standing: { applications: 'full', remaining: 0 } }), {})
    expect((await listed())[0]).toMatchObject({ applications: 'full', remaining: 0 })
    await arrive(
      samplePublicOffer({ updatedAt: at(2), standing: { applications: 'closed', publish_until: at(2) } }),
      {},
    )
    expect((await listed())[0]).toMatchObject({ applications: 'closed', visible_until: at(2) })
    await arrive(samplePublicOffer({ updatedAt: at(1), standing: { applications: 'open' } }), {})
    expect((await listed())[0]).toMatchObject({ applications: 'closed' })
    await arrive(samplePublicOffer({ updatedAt: at(3), standing: { status: 'cancelled' } }), {})
    expect((await listed())[0]).toMatchObject({ status: 'cancelled' })
    expect((await item()).state).toBe('accepted')
    expect(await facts()).toEqual(['moderation.received', 'moderation.accepted'])
  })

  it('closes the old text too when the closing comes with other words', async () => {
    await accepted()
    await arrive({ ...changed(), standing: { ...changed().standing, applications: 'closed' } }, {})
    expect((await listed())[0]).toMatchObject({ applications: 'closed', revision: 1 })
    expect((await item()).state).toBe('pending')
  })

  it('renews at once when the words are the same', async () => {
    await accepted()
    await arrive(
      samplePublicOffer({
        updatedAt: '2026-11-22T10:00:00.000Z',
        standing: { publish_until: '2027-01-20T23:00:00.000Z' },
      }),
      {},
    )
    expect((await listed())[0]).toMatchObject({ visible_until: '2027-01-20T23:00:00.000Z' })
    expect((await item()).state).toBe('accepted')
  })

  it('federation F16: a decision of before says that the text has changed since', async () => {
    await accepted()
    const b = await world.signIn('farid')
    await b.get(`/moderation/${(await item()).id}`)
    expect(b.text).toContain('Acceptée')
    expect(b.text).not.toContain('pour un texte d’avant')
    await arrive(changed(), {})
    await b.get(`/moderation/${(await item()).id}`)
    expect(b.text).toMatch(/Acceptée .*22 novembre 2026, pour un texte d’avant, par Farid Haddad/)
  })

  it('corrects a typing error at once for a member we know, and informs the association', async () => {
    await accepted()
    const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
    await setTrust(world.deps, farid(), id, 'standard')
    const typo = samplePublicOffer({
      revision: 2,
      content: { profile: { fr: 'Toutes les personnes qui aiment lire.' } },
    })
    await arrive(typo, {})
    expect((await listed())[0]!.content).toContain('Toutes les personnes')
    expect(await item()).toMatchObject({ state: 'accepted', accepted_revision: 2, decided_by: world.id('farid') })
    expect((await facts()).at(-1)).toBe('moderation.accepted')
  })

  it('is online before it is read when the member is trusted, and stays in the list until it is', async () => {
    const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
    await setTrust(world.deps, farid(), id, 'trusted')
    await arrive(samplePublicOffer())
    expect(await listed()).toHaveLength(1)
    const b = await world.signIn('farid')
    await b.get('/moderation')
    expect(b.text).toContain('En ligne, à relire')
    await b.follow(TITLE)
    await b.press('C’est relu')
    expect(b.text).toContain('Rien à relire.')
    expect(await listed()).toHaveLength(1)
  })
})

describe('two moderators', () => {
  it('see who reads what', async () => {
    await arrive(samplePublicOffer())
    const b = await world.signIn('farid')
    await b.get(`/moderation/${(await item()).id}`)
    await b.press('Je la relis')
    const other = await world.signIn('amina')
    await other.get('/moderation')
    expect(other.text).toContain('En relecture')
    expect(other.text).toContain('Farid Haddad')
    await other.follow(TITLE)
    expect(other.text).toContain('Farid Haddad la relit depuis')
    await other.press('Je prends la suite')
    expect((await item()).taken_by).toBe(world.id('amina'))
  })

  it('do not decide twice: the second one gets an error, and keeps what was typed', async () => {
    await arrive(samplePublicOffer())
    const { id } = await item()
    const [b, other] = [await world.signIn('farid'), await world.signIn('amina')]
    await b.get(`/moderation/${id}`)
    await other.get(`/moderation/${id}`)
    await b.choose('Accepter').press('Envoyer ma décision')
    other.choose('Demander une précision').fill('Votre question à l’association', 'Combien d’enfants ?')
    await other.press('Envoyer ma décision')
    expect(other.status).toBe(409)
    expect(other.text).toContain('Farid Haddad a déjà répondu: En ligne.')
    expect(await item()).toMatchObject({ state: 'accepted', note: '' })
  })

  it('are warned when the text changed while they were reading it', async () => {
    await arrive(samplePublicOffer())
    const b = await world.signIn('farid')
    await b.get(`/moderation/${(await item()).id}`)
    await arrive(changed(), {})
    b.choose('Demander une précision').fill('Votre question à l’association', 'Combien d’enfants ?')
    await b.press('Envoyer ma décision')
    expect(b.status).toBe(409)
    expect(b.text).toContain('L’association a changé cette annonce pendant que vous la lisiez')
    expect(b.text).toContain('douze enfants')
    expect(b.value('Votre question à l’association')).toBe('Combien d’enfants ?')
    await b.press('Envoyer ma décision')
    expect((await item()).state).toBe('changes_requested')
  })
})

describe('an offer leaves the site', () => {
  it('because a moderator takes it down, with a reason, after a question', async () => {
    const b = await accepted()
    await b.get(`/moderation/${(await item()).id}`)
    await b.follow('Retirer l’annonce du site')
    expect(b.heading).toBe('Retirer cette annonce du site ?')
    await b.press('Retirer l’annonce')
    expect(b.status).toBe(422)
    expect(await listed()).toHaveLength(1)
    await b.fill('La raison', 'La sécurité n’est pas assurée').press('Retirer l’annonce')
    expect(b.text).toContain('n’est plus sur votre site')
    expect(await listed()).toEqual([])
    expect(await item()).toMatchObject({ state: 'removed', reason_code: 'safety', accepted_offer: null })
    expect((await facts()).at(-1)).toBe('moderation.removed')
    await b.press('La montrer maintenant')
    expect(await listed()).toHaveLength(1)
  })

  it('because its association takes it back; nobody else can', async () => {
    const b = await accepted()
    const { offer_uri } = await item()
    const from = (actor: string) => transact(world.deps, (tx) => receiveWithdrawal(tx, world.deps, offer_uri, actor))
    await from('https://other.example/actor')
    expect(await listed()).toHaveLength(1)
    await from(CONTEURS.uri)
    await from(CONTEURS.uri)
    expect(await listed()).toEqual([])
    expect((await facts()).filter((type) => type === 'moderation.withdrawn')).toHaveLength(1)
    // Followers receive edits; only a new submission brings it back.
    await arrive(changed(), {})
    expect((await item()).state).toBe('withdrawn')
    await arrive(changed(), { via: VIA })
    expect((await item()).state).toBe('pending')
    await b.get('/moderation?shelf=all')
    expect(b.hasLink(TITLE)).toBe(true)
  })

  it('because its association is no longer a member; what waited leaves the queue', async () => {
    await accepted()
    await arrive(samplePublicOffer({ name: 'contes' }))
    await transact(world.deps, (tx) => recordEnded(tx, world.deps, CONTEURS.uri))
    expect(await listed()).toEqual([])
    const items = await world.deps.db.selectFrom('moderation_items').select('state').execute()
    expect(items).toEqual([{ state: 'withdrawn' }, { state: 'withdrawn' }])
    await arrive(changed())
    expect((await item()).state).toBe('withdrawn')
  })
})

describe('nobody else', () => {
  it('sends offers: not an unknown association, nor a member about another’s offer', async () => {
    const unknown = { uri: 'https://unknown.example/actor', name: 'Inconnus', url: 'https://unknown.example/' }
    await arrive(samplePublicOffer({ association: unknown }))
    await arrive(samplePublicOffer())
    await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, { ...CONTEURS, ...unknown }))
    const asked = await world.deps.db
      .selectFrom('affiliations')
      .select('id')
      .where('partner_uri', '=', unknown.uri)
      .executeTakeFirstOrThrow()
    await acceptMember(world.deps, farid(), asked.id)
    const forged = { ...changed(9), association: { ...unknown, mission: '' } }
    await arrive(forged)
    expect(await world.deps.db.selectFrom('moderation_items').selectAll().execute()).toHaveLength(1)
    expect(await item()).toMatchObject({ association_uri: CONTEURS.uri, latest_revision: 1 })
  })

  it('moderates: coordinators and volunteers stay outside, administrators may step in', async () => {
    await arrive(samplePublicOffer())
    const { id, version } = await item()
    for (const name of ['bastien', 'chloe'] as const) {
      const b = await world.signIn(name)
      for (const path of [
        '/moderation',
        `/moderation/${id}`,
        `/moderation/${id}/removal`,
        '/moderation.csv',
        '/partners',
      ])
        expect((await b.get(path)).status).toBe(403)
      await b.post(`/moderation/${id}/decision`, { decision: 'accept', version: String(version) })
      expect(b.status).toBe(403)
    }
    expect((await world.browser().get('/moderation')).url).toContain('/sign-in')
    const b = await world.signIn('amina')
    await b.get(`/moderation/${id}`)
    await b.choose('Accepter').press('Envoyer ma décision')
    expect((await item()).decided_by).toBe(world.id('amina'))
  })
})

describe('the list', () => {
  it('is filtered by association and state, counted, and downloaded', async () => {
    await accepted()
    await arrive(
      samplePublicOffer({ name: 'contes', content: { title: { fr: 'Raconter des contes', en: 'Telling tales' } } }),
    )
    const b = await world.signIn('farid')
    await b.get('/moderation')
    expect(b.text).toContain('À relire (1)')
    expect(b.text).toContain('En ligne (1)')
    expect(b.text).toContain('Toutes (2)')
    await b.fill('Où en est-on', 'all').fill('Association', CONTEURS.name).press('Montrer')
    expect(b.url).toContain('association=')
    expect(b.hasLink('Raconter des contes')).toBe(true)
    await b.follow('Télécharger cette liste')
    expect(b.headers.get('content-type')).toContain('text/csv')
    expect(b.html).toContain('Raconter des contes')
    await b.get('/moderation?shelf=online&association=https://nobody.example/')
    expect(b.text).toContain('Aucune annonce ne correspond à votre choix.')
    await b.press('English')
    await b.get('/moderation')
    expect(b.text).toContain('Telling tales')
  })

  it('is cut into pages', async () => {
    for (let at = 0; at < 23; at++) {
      world.clock.advance(60_000)
      await arrive(samplePublicOffer({ name: `o${at}`, content: { title: { fr: `Annonce numéro ${at}` } } }))
    }
    const b = await world.signIn('farid')
    await b.get('/moderation')
    expect(b.document.querySelectorAll('tbody tr')).toHaveLength(20)
    expect(b.hasLink('Annonce numéro 0')).toBe(true)
    await b.follow('La suite')
    expect(b.hasLink('Annonce numéro 22')).toBe(true)
    await b.follow('Annonce numéro 22')
    await b.follow('Passer à la suivante')
    expect(b.heading).toBe('Annonce numéro 0')
  })

  it('one that was passed over does not come back after each decision (pages F35)', async () => {
    for (let at = 0; at < 4; at++) {
      world.clock.advance(60_000)
      await arrive(samplePublicOffer({ name: `o${at}`, content: { title: { fr: `Annonce numéro ${at}` } } }))
    }
    const b = await world.signIn('farid')
    await b.get('/moderation')
    await b.follow('Annonce numéro 1')
    await b.choose('Accepter').press('Envoyer ma décision')
    expect(b.heading).toBe('Annonce numéro 2')
    await b.choose('Accepter').press('Envoyer ma décision')
    await b.choose('Accepter').press('Envoyer ma décision')
    expect(b.heading).toBe('Annonce numéro 0')
  })

  it('does not exist on an association’s own site', async () => {
    const own = await startApp({ kind: 'association' })
    const b = await own.signIn('amina')
    expect((await b.get('/moderation')).status).toBe(404)
  })
})

describe('several offers at once', () => {
  const titles = ['Peindre le hangar', 'Trier les livres', 'Servir la soupe']
  const offer = (at: number, revision = 1) =>
    samplePublicOffer({
      name: `offre-${at}`,
      revision,
      updatedAt: `2026-11-2${revision}T08:00:00.000Z`,
      content: { title: { fr: titles[at]! } },
    })
  const states = async () => {
    const rows = await world.deps.db.selectFrom('moderation_items').selectAll().orderBy('received_at').execute()
    return Object.fromEntries(rows.map(({ title, state, reason_code, note }) => [title, [state, reason_code, note]]))
  }
  async function queued(path = '/moderation') {
    for (const at of [0, 1, 2]) await arrive(offer(at))
    const b = await world.signIn('farid')
    return b.get(path)
  }

  it('are accepted together, each with its own event, and the ones not ticked wait on', async () => {
    const b = await queued()
    b.choose(`Choisir « ${titles[0]} »`).choose(`Choisir « ${titles[2]} »`)
    await b.choose('Accepter les annonces cochées').press('Envoyer ma réponse')
    expect(b.text).toContain('2 annonces sont en ligne')
    expect((await listed()).map(({ title }) => title)).toEqual([titles[0], titles[2]])
    expect((await facts()).filter((one) => one === 'moderation.accepted')).toHaveLength(2)
    expect((await states())[titles[1]!]![0]).toBe('pending')
    expect(b.hasButton('Envoyer ma réponse')).toBe(false)
  })

  it('are refused together with one reason, which nobody may leave out', async () => {
    const b = await queued('/moderation?ticked=all')
    await b.press('Envoyer ma réponse')
    expect(b.status).toBe(422)
    expect(b.text).toContain('Choisissez votre décision.')
    b.choose('Refuser les annonces cochées').fill('Un mot pour l’association', 'Voyons-nous.')
    b.uncheck(`Choisir « ${titles[1]} »`)
    await b.press('Envoyer ma réponse')
    expect(b.errors()).toEqual({ 'La raison': 'Choisissez la raison.' })
    expect(b.value('Un mot pour l’association')).toBe('Voyons-nous.')
    await b.fill('La raison', 'Hors du territoire').press('Envoyer ma réponse')
    expect(b.text).toContain('2 annonces sont refusées')
    const refused = ['refused', 'off_territory', 'Voyons-nous.']
    expect(await states()).toMatchObject({ [titles[0]!]: refused, [titles[2]!]: refused })
    expect((await states())[titles[1]!]![0]).toBe('pending')
  })

  it('need at least one tick, and forged boxes do nothing', async () => {
    const b = await queued()
    await b.choose('Accepter les annonces cochées').press('Envoyer ma réponse')
    expect(b.status).toBe(422)
    expect(b.text).toContain('Cochez au moins une annonce')
    for (const items of ['x', 'x:1', '019383f0-0000-7000-8000-000000000000:-1'])
      expect((await b.post('/moderation/decisions', { items, decision: 'accept' })).status).toBe(422)
    await b.post('/moderation/decisions', { items: '019383f0-0000-7000-8000-000000000000:1', decision: 'accept' })
    expect(await listed()).toEqual([])
    const chloe = await world.signIn('chloe')
    expect((await chloe.post('/moderation/decisions', { items: 'x', decision: 'accept' })).status).toBe(403)
  })

  it('leave and name the one that changed meanwhile', async () => {
    const b = await queued('/moderation?ticked=all')
    const changedText = { ...offer(1, 2) }
    await arrive({ ...changedText, content: { ...changedText.content, context: { fr: 'Un tout autre texte.' } } }, {})
    await b.choose('Accepter les annonces cochées').press('Envoyer ma réponse')
    expect(b.text).toContain('C’est noté pour 2 annonces.')
    expect(b.text).toContain(`Rien n’a été envoyé pour « ${titles[1]} »`)
    expect(await listed()).toHaveLength(2)
    expect((await states())[titles[1]!]![0]).toBe('pending')
  })

  it('of an association that was just refused one may get the same answer', async () => {
    const b = await queued()
    await b.follow(titles[0]!)
    await b.choose('Refuser').fill('La raison', 'Déjà proposée').fill('Un mot pour l’association', 'Vue hier.')
    await b.press('Envoyer ma décision')
    await b.follow('Répondre aux 2 autres annonces')
    expect(b.heading).toBe('Appliquer la même réponse aux 2 autres annonces de cette association ?')
    expect(b.text).toContain('Vue hier.')
    b.choose(titles[1]!)
    await b.press('Appliquer la même réponse aux annonces cochées')
    expect(b.text).toContain('une annonce est refusée')
    const refused = ['refused', 'duplicate', 'Vue hier.']
    expect(await states()).toMatchObject({ [titles[0]!]: refused, [titles[1]!]: refused })
    expect((await states())[titles[2]!]![0]).toBe('pending')
    const { id } = await item()
    await b.post(`/moderation/${id}/likewise`, {})
    expect([b.status, b.text]).toEqual([422, expect.stringContaining('Cochez au moins une annonce')])
    await world.deps.db.updateTable('moderation_items').set({ state: 'accepted' }).where('id', '=', id).execute()
    expect((await b.get(`/moderation/${id}/likewise`)).url).toBe('/moderation')
  })
})

describe('a question nobody answers', () => {
  it('shows how many days are left, and is a refusal after thirty', async () => {
    await arrive(samplePublicOffer())
    const b = await world.signIn('farid')
    await b.get('/moderation')
    await b.follow(TITLE)
    b.choose('Demander une précision').fill('Votre question à l’association', 'À quelle heure ?')
    await b.press('Envoyer ma décision')
    const { id } = await item()
    world.clock.advance(29 * 24 * HOUR - 1000)
    await refuseUnanswered(world.deps)
    const later = await world.signIn('farid')
    await later.get(`/moderation/${id}`)
    expect(later.text).toContain('refusée d’elle-même dans 2 jours')
    expect(await item()).toMatchObject({ state: 'changes_requested' })

    world.clock.advance(24 * HOUR + 2000)
    await refuseUnanswered(world.deps)
    await refuseUnanswered(world.deps)
    expect(await item()).toMatchObject({ state: 'refused', reason_code: 'stale', note: 'À quelle heure ?' })
    expect((await facts()).at(-1)).toBe('moderation.refused')
    expect(await facts()).toHaveLength(3)
    await (await world.signIn('farid')).get(`/moderation/${id}`).then((page) => {
      expect(page.text).toContain('Sans réponse depuis 30 jours')
      expect([...page.document.querySelectorAll('option')].map((one) => one.value)).not.toContain('stale')
    })
  })

  it('is left alone once the association has answered', async () => {
    await arrive(samplePublicOffer())
    const { id, version } = await item()
    await askForChanges(world.deps, farid(), id, { version, question: 'Où ?' })
    await arrive(changed(), {})
    world.clock.advance(40 * 24 * HOUR)
    await refuseUnanswered(world.deps)
    expect(await item()).toMatchObject({ state: 'pending' })
  })
})
