// SPDX-License-Identifier: AGPL-3.0-or-later
// What a centre has after some weeks of federation, so that every page about one object has its object.
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { saveFailure } from '../../db/queries/event-consumers.ts'
import { insertActivities } from '../../db/queries/fed-activities.ts'
import { savePeer } from '../../db/queries/fed-actors.ts'
import { insertDeliveries } from '../../db/queries/fed-deliveries.ts'
import { insertEnquiry } from '../../db/queries/enquiries.ts'
import { insertProject } from '../../db/queries/projects.ts'
import { insertTeam } from '../../db/queries/teams.ts'
import { saveRole } from '../../db/queries/roles.ts'
import { insertHeadcount } from '../../db/queries/headcounts.ts'
import { insertKioskLine, insertLink } from '../../db/queries/hours-links.ts'
import { listCategories } from '../../db/queries/hours.ts'
import { insertAttestation } from '../../db/queries/attestations.ts'
import { insertStatement } from '../../db/queries/years.ts'
import { saveSharedTemplate } from '../../db/queries/shared-templates.ts'
import { insertUsual } from '../../db/queries/usual-hours.ts'
import { insertTrip } from '../../db/queries/trips.ts'
import { insertHelp } from '../../db/queries/help.ts'
import { insertReport } from '../../db/queries/reports.ts'
import { insertIncident } from '../../db/queries/incidents.ts'
import { insertRequest } from '../../db/queries/requests.ts'
import { addShown } from '../../db/queries/counts.ts'
import { DAY } from '../../server/base/clock.ts'
import type { Deps } from '../../server/deps.ts'
import { issueToken } from '../../server/accounts/tokens.ts'
import { confirmAlert } from '../../server/alerts/commands.ts'
import { monthBefore } from '../../server/hours/usual.ts'
import { usualPath } from '../../server/hours/usual-link.ts'
import { linkPath, linkTokenOf } from '../../server/hours/link.ts'
import { stopLink } from '../../server/mail/stop-link.ts'
import { acceptOffer, askForChanges, refuseOffer } from '../../server/moderation/commands/decide.ts'
import { receiveAnnounced } from '../../server/moderation/commands/announced.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { transact } from '../../server/web/transact.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { MARKUP } from '../support/markup.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

const PAIN = { uri: 'https://pain.example/actor', name: 'Le Pain partagé', url: 'https://pain.example/' }
const REGION = 'https://region.example/actor'
const GANCIO = 'https://agenda.example/federation/u/agenda'

export const AFTER_AN_ANSWER = [
  '/moderation/refused/likewise',
  '/operator/federation/blocking?host=conteurs.example',
  '/offers/markup',
]

/** Call before the centre starts, so that nothing of it is sent. @returns paths that are only in mails. */
export async function fillThings(deps: Deps, farid: string): Promise<string[]> {
  const at = deps.clock.iso()
  const moderator = viewerOf(farid, 'Farid Haddad', ['moderator'])
  const partners = [
    { id: 'member', is: 'member', state: 'active', ...CONTEURS },
    { id: 'asks', is: 'member', state: 'requested', ...PAIN },
    {
      id: 'region',
      is: 'source',
      state: 'active',
      uri: REGION,
      name: 'Centre de la région',
      url: 'https://region.example/',
    },
    {
      id: 'agenda',
      is: 'source',
      state: 'active',
      uri: GANCIO,
      name: 'L’agenda du quartier',
      url: 'https://agenda.example/',
    },
    {
      id: 'reader',
      is: 'follower',
      state: 'active',
      uri: 'https://nation.example/actor',
      name: 'Centre national',
      url: 'https://nation.example/',
    },
  ] as const
  for (const { id, is, state, uri, name, url } of partners)
    await insertAffiliation(deps.db, {
      id,
      partner_uri: uri,
      partner_is: is,
      partner_name: name,
      partner_url: url,
      state,
      requested_at: at,
      ...(state === 'active' && { decided_at: at }),
    })
  await fillPeers(deps, at)
  const own = await fillHours(deps, farid, at)
  await fillIncidents(deps, at)
  await insertTeam(deps.db, { id: 'team', name: 'Maraude du jeudi', created_at: at })
  await saveRole(deps.db, { id: 'welcome', name: 'Accueil du samedi', rights: ['see_people', 'see_hours'], at })
  await insertEnquiry(deps.db, {
    id: 'enquiry',
    state: 'new',
    given_name: 'Ida',
    family_name: 'Noël',
    email: 'ida@example.net',
    email_key: 'ida@example.net',
    phone: '03 80 12 34 57',
    locale: 'fr',
    wishes: MARKUP.join('\n').slice(0, 2000),
    causes: ['education'],
    days: ['saturday'],
    parts: ['morning'],
    place_name: 'Dijon',
    place_code: 'FR-21231',
    call_back: 1,
    call_hours: 'le soir',
    agreed_at: at,
    agreed_text: 'J’accepte.',
    created_at: at,
    confirmed_at: at,
    seen_at: at,
    updated_at: at,
  })
  const trouble = { reference: '', name: 'Ida', email: 'ida@example.net', email_key: 'ida@example.net', phone: '' }
  await insertHelp(deps.db, {
    id: 'trouble',
    state: 'open',
    said: MARKUP.join('\n').slice(0, 2000),
    page: '/offers',
    ...trouble,
    locale: 'fr',
    created_at: at,
    updated_at: at,
  })
  await insertReport(deps.db, {
    id: 'report',
    state: 'open',
    origin: 'member',
    offer_uri: 'https://conteurs.example/offers/online',
    public_id: 'markup',
    title: 'Tenir la table de lecture au marché',
    association_name: CONTEURS.name,
    reason: 'untrue',
    said: MARKUP.join('\n').slice(0, 2000),
    email: 'ida@example.net',
    email_key: 'ida@example.net',
    locale: 'fr',
    created_at: at,
    updated_at: at,
  })
  await fillRequests(deps, farid, at)

  const arrive = (offer: PublicOffer) => transact(deps, (tx) => receiveOffer(tx, deps, offer, { via: 'a.b.c' }))
  const titled = (name: string, fr: string) => samplePublicOffer({ name, content: { title: { fr } } })
  await arrive(titled('online', 'Tenir la table de lecture au marché'))
  await arrive(titled('asked', 'Réparer les livres abîmés'))
  await arrive(titled('refused', 'Lire des histoires, bis'))
  const [place] = samplePublicOffer().content.places
  const unknown = { ...place!, code: null, name: 'Saint-Lieu-des-Bois', postalCode: null }
  await arrive(samplePublicOffer({ name: 'typed', content: { title: { fr: 'Lire au hameau' }, places: [unknown] } }))
  const item = (name: string) =>
    deps.db
      .selectFrom('moderation_items')
      .selectAll()
      .where('offer_uri', '=', titled(name, '').uri)
      .executeTakeFirstOrThrow()
  const online = await item('online')
  await acceptOffer(deps, moderator, online.id, online)
  const typed = await item('typed')
  await acceptOffer(deps, moderator, typed.id, typed)
  await arrive(hostileOffer())
  const hostile = await item('markup')
  await acceptOffer(deps, moderator, hostile.id, hostile)
  await deps.db
    .updateTable('listings')
    .set({ public_id: 'markup' })
    .where('offer_uri', '=', hostile.offer_uri)
    .execute()
  const day = new Date(deps.clock.now().getTime() - 2 * DAY).toISOString().slice(0, 10)
  await addShown(deps.db, [{ day, offer: titled('online', '').uri, impressions: 40, views: 3 }])
  const asked = await item('asked')
  await askForChanges(deps, moderator, asked.id, { version: asked.version, question: 'À quelle heure ?' })
  const refused = await item('refused')
  await refuseOffer(deps, moderator, refused.id, { version: refused.version, reason: 'duplicate', note: 'Vue hier.' })
  await arrive(titled('one', 'Lire le soir à la maison de retraite'))
  await arrive(titled('two', 'Écouter les enfants lire'))
  await transact(deps, async (tx) => {
    const relayed = samplePublicOffer({
      name: 'relayed',
      association: PAIN,
      content: { title: { fr: 'Pétrir le samedi' } },
    })
    await receiveAnnounced(tx, deps, relayed, { announceId: `${REGION}#1`, announcerUri: REGION, hops: 1 })
    const foreign = samplePublicOffer({
      name: 'event',
      association: { uri: GANCIO, name: 'L’agenda du quartier', url: 'https://agenda.example/' },
      content: { title: { fr: 'Repas de quartier' }, causes: [], activities: [], commitment: '' },
    })
    await receiveAnnounced(tx, deps, foreign, {
      announceId: `${GANCIO}#1`,
      announcerUri: GANCIO,
      hops: 1,
      foreign: { unmapped: ['hour', 'images', 'tags'] },
    })
  })
  // Readable addresses, because the sweep skips pages whose addresses differ by an id only; the job compares them anew.
  await deps.db.deleteFrom('moderation_likeness').execute()
  for (const { id, offer_uri: uri } of await deps.db.selectFrom('moderation_items').selectAll().execute())
    await deps.db
      .updateTable('moderation_items')
      .set({ id: uri.slice(uri.lastIndexOf('/') + 1) })
      .where('id', '=', id)
      .execute()
  await fillYears(deps, at)
  return [...(await mailedPaths(deps, farid)), own]
}

/** A closed year, and an attestation of each person. */
async function fillYears(deps: Deps, at: string): Promise<void> {
  const days = { from_day: '2025-01-01', until_day: '2025-12-31' }
  const money = {
    currency: 'EUR',
    is_valued: 1,
    why: '',
    method_note: '',
    debit_account: '864',
    credit_account: '875',
  } as const
  const closed = { state: 'closed', number: 1, is_in_force: 1, closed_at: at, created_at: at } as const
  await insertStatement(deps.db, { id: 'statement', ...days, next_day: '2026-01-01', ...money, ...closed })
  const signed = { signatory: 'Amina Benali', signatory_role: 'présidente', place: 'Dijon', created_at: at }
  const said = { kind: 'volunteer', locale: 'fr', issued_on: '2026-01-05' } as const
  const people = await deps.db.selectFrom('people').select(['id', 'given_name']).execute()
  for (const [number, { id, given_name }] of people.entries())
    await insertAttestation(deps.db, {
      id: deps.newId(),
      number: number + 1,
      code: `attestation-code-${number}`,
      person_id: id,
      person_name: given_name,
      ...days,
      ...signed,
      ...said,
      functions: [],
      skills: [],
    })
}

/** Helpers without a name, kilometres, a name typed at an entrance. @returns the path of a person's link. */
async function fillHours(deps: Deps, person: string, at: string): Promise<string> {
  const day = at.slice(0, 10)
  const [category] = await listCategories(deps.db)
  const worked = { worked_on: day, minutes: 180, category_id: category!.id, created_at: at }
  await insertHeadcount(deps.db, { id: 'headcount', people: 8, ...worked })
  await insertProject(deps.db, { id: 'project', name: 'Fête des voisins', created_at: at })
  await insertKioskLine(deps.db, { id: 'typed', given_name: 'Ida', family_name: 'Noël', ...worked })
  const trip = { travelled_on: day, metres: 12_000, way: 'Dijon–Beaune', choice: 'waive', state: 'submitted' } as const
  await deps.db.updateTable('hours_categories').set({ cec_role: 'governing' }).where('id', '=', category!.id).execute()
  const lastYear = `${Number(day.slice(0, 4)) - 1}-06-15`
  for (const { id: person_id } of await deps.db.selectFrom('people').select('id').execute()) {
    const line = { ...worked, person_id, source: 'self', state: 'approved' } as const
    for (const worked_on of [day, lastYear])
      await deps.db
        .insertInto('hours_entries')
        .values({ ...line, id: `${person_id} ${worked_on}`, worked_on })
        .execute()
    const told = { year: Number(lastYear.slice(0, 4)), state: 'told', told_at: at, updated_at: at } as const
    await deps.db
      .insertInto('cec_files')
      .values({ person_id, ...told })
      .execute()
  }
  await saveSharedTemplate(deps.db, {
    id: 'model',
    name: 'Tenir la buvette',
    content: samplePublicOffer().content,
    created_by: person,
    created_at: at,
    updated_at: at,
  })
  await insertTrip(deps.db, { id: 'trip', person_id: person, ...trip, created_at: at })
  const link = { id: 'own', series: 1 }
  const open = { hash: deps.secrets.hash(linkTokenOf(deps, link)), expires_on: '9999-12-31', created_at: at }
  await insertLink(deps.db, { ...link, ...open, person_id: person })
  return linkPath('own', linkTokenOf(deps, link))
}

/** To confirm an alert, to see all of an address, to stop notices of a kind, and to say that a month was as usual. */
async function mailedPaths(deps: Deps, farid: string): Promise<string[]> {
  const alert = { email: 'lise@example.net', rhythm: 'weekly', locale: 'fr', query: '?q=lire', label: '« lire »' }
  const issue = () => transact(deps, (tx) => issueToken(tx, deps, 'alert', { content: alert }))
  const own = await confirmAlert(deps, await issue())
  const { pathname } = new URL(stopLink(deps, farid, ['moderation', 'partners']))
  const [category] = await listCategories(deps.db)
  const { month, until } = monthBefore(deps.clock.iso().slice(0, 10), 1)
  const usual = { person_id: farid, month, worked_on: until, minutes: 120, category_id: category!.id }
  await insertUsual(deps.db, { ...usual, asked_at: deps.clock.iso() })
  const person = await deps.db.selectFrom('people').selectAll().where('id', '=', farid).executeTakeFirstOrThrow()
  const confirming = usualPath(deps, person, month)
  return [`/alerts/new/${await issue()}`, `/alerts/${own}`, `/alerts/${own}/stop`, pathname, confirming]
}

/** Every text is active markup: the sweep notices a dialog and a request to another host. */
function hostileOffer(): PublicOffer {
  const lines = Array.from({ length: 12 }, (_, n) => MARKUP.filter((_one, at) => at % 12 === n).join(' '))
  const third = (n: number) => ({ fr: MARKUP.filter((_one, at) => at % 3 === n).join(' ') })
  const content = {
    title: { fr: `Aider ${MARKUP[1]}` },
    summary: { fr: MARKUP[2]! },
    tasks: { fr: lines },
    context: third(0),
    profile: third(1),
    practical: third(2),
    contact_label: MARKUP[3]!,
  }
  return samplePublicOffer({ name: 'markup', content })
}

/** One that waits, one that is late, and one that was refused. */
async function fillRequests(deps: Deps, person: string, at: string): Promise<void> {
  const day = at.slice(0, 10)
  const own = { person_id: person, source: 'self', received_on: day, created_at: at } as const
  const wrong = { ...own, kind: 'correction', said: 'Mon nom s’écrit avec deux « d ».' } as const
  await insertRequest(deps.db, { id: 'waiting', ...wrong, due_on: '2999-01-01', state: 'open' })
  const late = { ...own, kind: 'restriction', said: 'Je conteste mes heures.', due_on: '2026-01-01' } as const
  await insertRequest(deps.db, { id: 'late', ...late, state: 'open' })
  const answered = { state: 'refused', answer: 'C’est juste ainsi.', decided_at: at } as const
  await insertRequest(deps.db, { id: 'answered', ...wrong, due_on: day, ...answered })
}

/** One that the CNIL must know of, and one that it was told. */
async function fillIncidents(deps: Deps, at: string): Promise<void> {
  const day = at.slice(0, 10)
  const known = { happened_on: day, known_on: day, created_at: at, updated_at: at, data: 'Noms, adresses' }
  const serious = { what: 'Une liste est partie à un mauvais destinataire.', seriousness: 'Des adresses de domicile.' }
  await insertIncident(deps.db, { id: 'list', ...known, ...serious, is_serious: 1, people_count: 12 })
  const slight = { what: 'Un ordinateur perdu, retrouvé.', seriousness: 'Il était éteint.', authority_told_on: day }
  await insertIncident(deps.db, { id: 'computer', ...known, ...slight, is_serious: 0 })
}

async function fillPeers(deps: Deps, at: string): Promise<void> {
  const failing = { first_failed_at: at, failures: 3, last_error: 'timeout' }
  await transact(deps, async (tx) => {
    await savePeer(tx, 'conteurs.example', { last_seen_at: at, last_delivered_at: at })
    await savePeer(tx, 'lent.example', { state: 'failing', ...failing })
    await savePeer(tx, 'parti.example', { state: 'dead', ...failing })
    await savePeer(tx, 'calme.example', { paused_at: at, note: 'En vacances.' })
    await savePeer(tx, 'faux.example', { state: 'blocked', blocked_at: at, note: 'Fausses annonces' })
    const delivery = { inbox: 'https://lent.example/inbox', host: 'lent.example', order_key: 'x', created_at: at }
    await insertDeliveries(tx, [
      { ...delivery, activity_id: 'a', state: 'failed', not_before: at, attempts: 8, last_error: 'http 403' },
      { ...delivery, activity_id: 'b', state: 'waiting', not_before: '2999-01-01T00:00:00.000Z', attempts: 3 },
    ])
    const sent = { direction: 'out', actor: deps.config.publicUrl, body: '{}', state: 'done', at } as const
    await insertActivities(tx, [
      { ...sent, id: 'a', type: 'Announce' },
      { ...sent, id: 'b', type: 'Follow' },
    ])
    const parked = { direction: 'in', actor: 'https://region.example/actor', body: '{}', state: 'parked', at } as const
    await insertActivities(tx, [
      { ...parked, id: 'p', type: 'Update', attempts: 5, error: 'no such field' },
      { ...parked, id: 'q', type: 'Offer', attempts: 5, error: 'no such field' },
    ])
    await saveFailure(tx, {
      consumer: 'notices',
      seq: 1,
      attempts: 5,
      fault: 'TypeError: no such language',
      not_before: at,
      parked_at: at,
    })
  })
}
