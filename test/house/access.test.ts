// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page of the site map as everybody: no access beyond the table, no fault, and no change by a GET.
import { listPictures, pictureUrl } from '../../server/help/pictures.ts'
import { linkTokenOf } from '../../server/hours/link.ts'
import { usualPath } from '../../server/hours/usual-link.ts'
import { stopLink } from '../../server/mail/stop-link.ts'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { parseHTML } from 'linkedom'
import { Secret, TOTP } from 'otpauth'
import { saveFailure } from '../../db/queries/event-consumers.ts'
import { insertActivities } from '../../db/queries/fed-activities.ts'
import { saveSubmission } from '../../db/queries/submissions.ts'
import { insertGuardian, keepGuardianToken } from '../../db/queries/guardians.ts'
import { findAffiliationWith } from '../../db/queries/affiliations.ts'
import { insertNote } from '../../db/queries/team-notes.ts'
import { insertIncident } from '../../db/queries/incidents.ts'
import { insertRequest } from '../../db/queries/requests.ts'
import { insertStatement } from '../../db/queries/years.ts'
import { insertAttestation } from '../../db/queries/attestations.ts'
import { ensureKey } from '../../server/attestations/credential.ts'
import { insertLink } from '../../db/queries/hours-links.ts'
import { insertTrip } from '../../db/queries/trips.ts'
import { insertHeadcount } from '../../db/queries/headcounts.ts'
import { insertRate, listCategories } from '../../db/queries/hours.ts'
import { findPerson } from '../../db/queries/people.ts'
import { insertTemplate } from '../../db/queries/offer-templates.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { insertUpload } from '../../db/queries/uploads.ts'
import { blockDomain } from '../../server/peers/commands.ts'
import { answerTokenOf, keepAnswerLinks } from '../../server/applications/answer-link.ts'
import { transact } from '../../server/web/transact.ts'
import { guardianTokenOf } from '../../server/applications/guardian.ts'
import { testimonialTokenOf } from '../../server/applications/testimonial.ts'
import { routes, type Route } from '../../server/routes.ts'
import { stopApps, type World } from '../support/app.ts'
import { fullWorld } from '../support/full-world.ts'
import { CONTEURS } from '../support/offers.ts'
import { PASSWORD } from '../support/world.ts'
import { ACCESS, WHO, type Who } from './access-table.ts'

let world: World
/** Values for the names in braces, longest beginning first. */
let things: [RegExp, string][]
const cookies: Partial<Record<Who, string>> = {}

beforeAll(async () => {
  const full = await fullWorld()
  world = full.world
  things = await findThings(full.links)
  const cast = { volunteer: 'chloe', coordinator: 'bastien', treasurer: 'elise', moderator: 'farid' } as const
  for (const [who, name] of Object.entries(cast)) cookies[who as Who] = (await world.signIn(name)).cookie
  Object.assign(cookies, await administrators())
  await world.settle()
})
afterAll(stopApps)

/** One is signed in, the other stopped before the second factor. */
async function administrators(): Promise<Pick<typeof cookies, 'administrator' | 'halfway'>> {
  const inside = await world.signIn('amina')
  await inside.post('/my/security/second-factor', { password: PASSWORD })
  const secret = inside.document.querySelector('.box b')!.textContent!.replaceAll(' ', '')
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now().getTime() })
  await inside.post('/my/security/second-factor/confirmation', { code })
  expect(inside.url).toBe('/my/security/codes')
  const outside = world.browser()
  await outside.post('/sign-in', { login: 'amina@example.org', password: PASSWORD })
  expect([outside.url, outside.cookie === '']).toEqual(['/sign-in/code', false])
  return { administrator: inside.cookie, halfway: outside.cookie }
}

const CENTRE = 'https://centre.example/actor'

async function findThings(links: string[]): Promise<[RegExp, string][]> {
  const { deps } = world
  const { db } = deps
  const now = deps.clock.iso()
  const offer = (await db.selectFrom('offers').select('id').orderBy('id').executeTakeFirstOrThrow()).id
  await saveSubmission(db, { offer_id: offer, centre_uri: CENTRE, state: 'sent', revision: 1, submitted_at: now })
  const { content, visibility } = (await findOffer(db, offer))!
  await insertTemplate(db, { id: 'template', name: 'Modèle', content, visibility, created_at: now })
  const logo = { kind: 'logo', media_type: 'image/png', width: 1, height: 1, bytes: Buffer.from('x') } as const
  await insertUpload(db, { id: 'logo', ...logo, created_at: now })
  await blockDomain(deps, 'command line', { host: 'faux.example', note: '' })
  const failure = { attempts: 5, fault: 'TypeError: no such language', not_before: now, parked_at: now }
  await saveFailure(db, { consumer: 'notices', seq: 1, ...failure })
  const message = { id: 'p', type: 'Update', direction: 'in', state: 'parked', body: '{}', at: now } as const
  await insertActivities(db, [{ ...message, seq: 4242, actor: 'https://faux.example/actor' }])
  const application = await db.selectFrom('applications').select('id').orderBy('id').executeTakeFirstOrThrow()
  const parent = { guardian_name: 'Rosa Paquette', guardian_email: 'rosa@example.net' }
  await insertGuardian(db, { application_id: application.id, ...parent })
  const hash = deps.secrets.hash(guardianTokenOf(deps, application.id))
  await keepGuardianToken(db, { hash, subject_id: application.id, created_at: now, expires_at: '9999' })
  const last = async (table: 'hours_entries' | 'affiliations' | 'moderation_items') =>
    (await db.selectFrom(table).select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()).id
  const rate = { cents_per_hour: 1202, currency: 'EUR', valid_from: '2026-01-01', created_at: now } as const
  await insertRate(db, { ...rate, id: 'rate' })
  const year = { from_day: '2020-01-01', until_day: '2020-12-31', next_day: '2021-01-01' }
  const money = {
    currency: 'EUR' as const,
    is_valued: 1 as const,
    why: '',
    method_note: '',
    debit_account: '864',
    credit_account: '875',
  }
  const closed = { state: 'closed', number: 7, is_in_force: 1, closed_at: now, created_at: now } as const
  await insertStatement(db, { id: 'statement', ...year, ...money, ...closed })
  const attested = {
    from_day: '2025-01-01',
    until_day: '2025-12-31',
    issued_on: '2026-01-05',
    functions: [],
    skills: [],
  }
  const signed = { signatory: 'Amina Benali', signatory_role: 'présidente', place: 'Dijon', created_at: now }
  const names = { id: 'attestation', code: 'attestation-code', number: 7, person_name: 'Amina Benali' }
  const kind = { kind: 'volunteer', locale: 'fr', person_id: world.id('amina') } as const
  await insertAttestation(db, { ...names, ...kind, ...attested, ...signed })
  await ensureKey(deps)
  const key = await db.selectFrom('credential_keys').select('id').executeTakeFirstOrThrow()
  const [category] = await listCategories(db)
  const helpers = { worked_on: '2026-11-01', people: 8, minutes: 180, category_id: category!.id }
  await insertHeadcount(db, { id: 'headcount', ...helpers, created_at: now })
  await db.deleteFrom('hours_links').execute()
  for (const [id, of] of [
    ['kiosk', { offer_id: offer }],
    ['own', { person_id: world.id('david') }],
  ] as const) {
    const open = { hash: deps.secrets.hash(linkTokenOf(deps, { id, series: 1 })), expires_on: '9999-12-31' }
    await insertLink(db, { id, ...open, ...of, created_at: now })
  }
  const trip = {
    travelled_on: '2026-11-01',
    metres: 12_000,
    way: 'Dijon–Beaune',
    choice: 'waive',
    state: 'submitted',
  } as const
  await insertTrip(db, { id: 'trip', person_id: world.id('chloe'), ...trip, created_at: now })
  const known = { happened_on: '2026-11-01', known_on: '2026-11-01', created_at: now, updated_at: now }
  const said = { what: 'Liste perdue', data: 'Noms', is_serious: 0, seriousness: 'Retrouvée' } as const
  await insertIncident(db, { id: 'incident', ...known, ...said })
  const asked = { person_id: world.id('david'), kind: 'correction', said: 'Mon nom', source: 'self' } as const
  const days = { received_on: '2026-11-01', due_on: '2026-12-01', created_at: now }
  await insertRequest(db, { id: 'request', ...asked, ...days, state: 'open' })
  const enquiry = await db.selectFrom('enquiries').select('id').orderBy('id').executeTakeFirstOrThrow()
  const waiting = await db
    .selectFrom('hours_entries')
    .select('id')
    .where('person_id', '=', world.id('chloe'))
    .where('state', '=', 'submitted')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  const help = await db.selectFrom('help_requests').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()
  const item = await last('moderation_items')
  const noted = { item_id: item, written_by: world.id('farid'), written_at: now }
  await insertNote(db, { id: 'note', association_uri: CENTRE, body: 'Rappeler lundi.', ...noted })
  const report = await db.selectFrom('offer_reports').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()
  const words = await db.selectFrom('testimonials').select(['id', 'application_id']).executeTakeFirstOrThrow()
  const mail = await db.selectFrom('mails').select('id').executeTakeFirstOrThrow()
  const bastien = (await findPerson(db, world.id('bastien')))!
  await transact(deps, (tx) => keepAnswerLinks(tx, deps, offer, [bastien]))
  const token = (at: number) => links[at]!.split('/').at(-1)!
  return [
    [/^\/applications\/answering\/:token/, answerTokenOf(deps, application.id, bastien)],
    [/^\/applications\/attendance\/:token/, answerTokenOf(deps, offer, bastien)],
    [/^\/applications\/testimonial\/:token/, testimonialTokenOf(deps, words.application_id)],
    [/:testimonial/, words.id],
    [/:model/, (await db.selectFrom('shared_templates').select('id').executeTakeFirstOrThrow()).id],
    [/^\/applications\/guardian\/:token/, guardianTokenOf(deps, application.id)],
    [/^\/hours\/kiosk\/:token/, linkTokenOf(deps, { id: 'kiosk', series: 1 })],
    [
      /^\/hours\/usual\/:token/,
      usualPath(deps, (await findPerson(db, world.id('david')))!, '2026-10')
        .split('/')
        .at(-1)!,
    ],
    [/^\/hours\/own\/:token/, linkTokenOf(deps, { id: 'own', series: 1 })],
    [/^\/applications\/:token/, token(0)],
    [/^\/welcome\/:token/, token(2)],
    [/^\/password\/:token/, token(3)],
    [/^\/sign-in\/link\/:token/, token(4)],
    [/^\/enquiries\/passing\/:token/, token(8)],
    [/^\/enquiries\/:token/, token(7)],
    [/^\/alerts\/new\/:token/, token(5)],
    [/^\/alerts\/:token/, token(6)],
    [/^\/notices\/:token/, stopLink(deps, world.id('david'), ['hours']).split('/').at(-2)!],
    [/^\/media\/:upload/, 'logo'],
    [/:template/, 'template'],
    [/:file/, (await db.selectFrom('imports').select('id').executeTakeFirstOrThrow()).id],
    [/:import/, (await db.selectFrom('offer_imports').select('id').executeTakeFirstOrThrow()).id],
    [/:offer/, offer],
    [/:application/, application.id],
    [/:person\/:paper/, `${world.id('david')}/sheet`],
    [/:paper/, 'sheet'],
    [/:person/, world.id('david')],
    [/:enquiry/, enquiry.id],
    [/:asked/, help.id],
    [/:report/, report.id],
    [/:note/, 'note'],
    [/:guide/, 'volunteer'],
    [/:picture/, pictureUrl('volunteer-find.fr', listPictures()['volunteer-find.fr']!).split('/').at(-1)!],
    [/:entry/, waiting.id],
    [/:role/, 'welcome'],
    [/:team/, 'team'],
    [/:line/, 'headcount'],
    [/:trip/, 'trip'],
    [/:rate/, 'rate'],
    [/:affiliation\/history/, (await findAffiliationWith(db, CONTEURS.uri, 'member'))!.id],
    [/:statement/, 'statement'],
    [/:attestation/, 'attestation'],
    [/:code/, 'attestation-code'],
    [/:gathered/, 'gathered'],
    [/:verifier/, key.id],
    [/:list/, '1'],
    [/:year/, '2024'],
    [/:project/, 'project'],
    [/:method/, 'flat'],
    [/:affiliation/, await last('affiliations')],
    [/:town/, (await db.selectFrom('typed_towns').select('id').executeTakeFirstOrThrow()).id],
    [/:item/, await last('moderation_items')],
    [/:consumer\/:event/, 'notices/1'],
    [/:activity/, '4242'],
    [/:mail/, String(mail.id)],
    [/:host/, 'faux.example'],
    [/:incident/, 'incident'],
    [/:request/, 'request'],
  ]
}

const NOTHING = '019383f0-0000-7000-8000-000000000000'
/** Of an object that exists, or of none where a POST would change it. */
function address({ path, method }: Route): string {
  const thing = method === 'get' ? things.find(([pattern]) => pattern.test(path))?.[1] : undefined
  const query = path.endsWith('/offers/:offer/withdrawal') ? `?centre=${encodeURIComponent(CENTRE)}` : ''
  return (thing ? path.replace(/:\w+(\/:\w+)?/, thing) : path.replaceAll(/:\w+/g, NOTHING)) + query
}

const ask = (route: Route, who: Who, headers: Record<string, string> = {}) =>
  fetch(world.url + address(route), {
    method: route.method.toUpperCase(),
    // Compressing takes longer than most pages.
    headers: {
      accept: 'text/html',
      'accept-encoding': 'identity',
      ...(cookies[who] && { cookie: cookies[who] }),
      ...headers,
    },
    redirect: 'manual',
  })
const nameOf = ({ method, path }: Route) => `${method.toUpperCase()} ${path}`
const ways = ACCESS.flatMap(({ route: name, who }) =>
  routes.filter((route) => nameOf(route) === name).map((route) => ({ name, who, route })),
)
const gets = routes.filter(({ method }) => method === 'get')

it('each address is there once', () => {
  const names = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':x')}`)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

it('each route has one line in the table of access, and each line a route', () => {
  const [known, listed] = [routes.map(nameOf), ACCESS.map(({ route }) => route)]
  expect([
    ...known
      .filter((name) => !listed.includes(name))
      .map((name) => `test/house/access-table.ts: add « ${name} » where it says who may enter`),
    ...listed
      .filter((name) => !known.includes(name))
      .map((name) => `${name}: the table names it, the site map does not`),
    ...listed.filter((name, at) => listed.indexOf(name) !== at).map((name) => `${name}: the table names it twice`),
  ]).toEqual([])
})

/** Tables that a GET may change, each with its reason. */
const COUNTED: Record<string, string> = {
  offer_counts: 'how often an offer was looked at, written each minute',
  month_counts: 'the same by month',
  shown_counts: 'the same for offers of members, to be sent to them',
  counted_offers: 'which offers have such counts',
  jobs: 'when each job ran last: a minute may end meanwhile',
  event_cursors: 'how far the readers of the events have come',
  sqlite_sequence: 'the number of the last event',
}

it('no GET changes anything, but the counts of looks and the trail of who opened what', async () => {
  const before = await state()
  const missing: string[] = []
  for (const route of gets) {
    const answer = await ask(route, route.path === '/my/hours/:entry/correction' ? 'volunteer' : 'administrator')
    await answer.arrayBuffer()
    if (answer.status === 404) missing.push(route.path)
  }
  await world.settle()
  const after = await state()
  // A page of an object that does not exist changes nothing anyway.
  const faults = missing.map((path) => `${path}: 404; add its thing to findThings in test/house/access.test.ts`)
  expect(faults).toEqual([])
  const changed = Object.keys(after).filter((name) => after[name]!.join() !== before[name]!.join())
  expect(changed.filter((name) => !(name in COUNTED))).toEqual(['events'])
  expect(before['events']!.filter((row) => !after['events']!.includes(row))).toEqual([])
  const added = after['events']!.filter((row) => !before['events']!.includes(row))
  const lines = added.map((row) => JSON.parse(row) as { type: string; actor_id: string; details: string })
  expect(lines.every(({ actor_id }) => actor_id === world.id('amina'))).toBe(true)
  const lineOf = ({ type, details }: { type: string; details: string }) => {
    const { what } = JSON.parse(details) as { what?: string }
    return what ? `${type} ${what}` : type
  }
  expect(lines.map(lineOf).toSorted()).toEqual([
    'applications.exported',
    'cec.exported',
    'enquiries.exported',
    'hours.exported',
    'hours.exported',
    'hours.exported',
    'hours.exported',
    'mail.read',
    'mails.exported',
    'peers.exported',
    'people.exported',
    'record.opened application',
    'record.opened enquiry',
    'record.opened help',
    'record.opened hours',
    'record.opened person',
    'record.opened report',
    'trail.exported',
    'trips.exported',
  ])
})

it('every form, and every link to a page of this site, leads to a route', async () => {
  const toPattern = ({ path }: Route) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`)
  const patterns = {
    get: gets.map(toPattern),
    post: routes.filter(({ method }) => method === 'post').map(toPattern),
  }
  const faults = new Set<string>()
  let count = 0
  for (const route of gets) {
    const answer = await ask(route, 'administrator')
    if (!answer.headers.get('content-type')?.startsWith('text/html')) continue
    const { document } = parseHTML(await answer.text())
    const from = new URL(address(route), world.url)
    const check = (method: 'get' | 'post', to: string) => {
      const url = new URL(to, from)
      if (url.origin !== from.origin) return
      count += 1
      if (!patterns[method].some((pattern) => pattern.test(url.pathname)))
        faults.add(`${nameOf(route)}: ${method} ${url.pathname}`)
    }
    for (const form of document.querySelectorAll('form')) {
      const method = form.getAttribute('method') === 'post' ? 'post' : 'get'
      check(method, form.getAttribute('action') ?? '')
      for (const button of form.querySelectorAll('[formaction]')) check(method, button.getAttribute('formaction')!)
    }
    for (const link of document.querySelectorAll('a[href]')) check('get', link.getAttribute('href')!)
  }
  expect([...faults]).toEqual([])
  expect(count).toBeGreaterThan(1000)
})

async function state(): Promise<Record<string, string[]>> {
  const { db } = world.deps
  const tables = await sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'table'`.execute(db)
  const all: Record<string, string[]> = {}
  for (const { name } of tables.rows) {
    const { rows } = await sql`SELECT * FROM ${sql.table(name)}`.execute(db)
    all[name] = rows.map((row) => JSON.stringify(row)).toSorted()
  }
  return all
}

it('what is not for everybody is kept by no cache, nor what stands behind a mailed link', async () => {
  const wrong: string[] = []
  for (const { name, who, route } of ways.filter(({ route: { method } }) => method === 'get')) {
    const isForAll = who.length === WHO.length
    if (isForAll && !/:token|^\/sign-in\//.test(route.path)) continue
    const answer = await ask(route, isForAll ? 'anonymous' : 'administrator')
    await answer.arrayBuffer()
    if (answer.headers.get('cache-control') !== 'no-store')
      wrong.push(`${name}: ${answer.headers.get('cache-control')}`)
  }
  expect(wrong).toEqual([])
})

it.each([{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null' }])(
  'no form is taken from elsewhere: %j',
  async (headers) => {
    const wrong: string[] = []
    for (const route of routes.filter(({ method, isOneClick }) => method === 'post' && !isOneClick)) {
      const { status } = await ask(route, 'administrator', {
        ...headers,
        'content-type': 'application/x-www-form-urlencoded',
      })
      if (status !== 403) wrong.push(`${route.path}: ${status}`)
    }
    expect(wrong).toEqual([])
  },
)

/** Steps of a sign-in may lead back to its beginning by themselves. */
function isTurnedAway(answer: Response, { path }: Route): boolean {
  const to = answer.headers.get('location') ?? ''
  return answer.status === 403 || (/^\/sign-in(\?next=|$)/.test(to) && !path.startsWith('/sign-in/'))
}

it.each(WHO)('%s enters where the table allows it, and nowhere else', async (who) => {
  const wrong: string[] = []
  for (const { name, who: allowed, route } of ways.toSorted((one, two) => last(one.route) - last(two.route))) {
    const form = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await ask(route, who, route.method === 'post' ? form : {})
    const text = await answer.text()
    const isIn = !isTurnedAway(answer, route)
    if (isIn !== allowed.includes(who)) wrong.push(`${name}: ${isIn ? 'lets in' : 'turns away'} (${answer.status})`)
    if (!isIn && answer.status !== (['anonymous', 'halfway'].includes(who) ? 303 : 403))
      wrong.push(`${name}: ${answer.status} to who may not enter`)
    if (isIn && ![200, 301, 303, 404, 409, 410, 413, 415, 422, 429].includes(answer.status))
      wrong.push(`${name}: ${answer.status}`)
    if (/\bat .+\(.+:\d+:\d+\)/.test(text)) wrong.push(`${name}: shows where it broke`)
  }
  expect(wrong).toEqual([])
})
const last = ({ method, path }: Route) => Number(method === 'post' && path === '/sign-out')
