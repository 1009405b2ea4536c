// SPDX-License-Identifier: AGPL-3.0-or-later
// The description of the open data is a good one, and every answer of every path is as it says.
import { createConfig, lintFromString } from '@redocly/openapi-core'
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterEach, expect, it } from '@jest/globals'
import { putListing } from '../../server/public-offer/listing.ts'
import { routes } from '../../server/routes.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import { samplePublicOffer } from '../support/offers.ts'

afterEach(stopApps)

type Schema = Record<string, unknown>
type Answer = {
  $ref?: string
  headers?: Record<string, { required?: boolean; schema: Schema }>
  content?: Record<string, { schema: Schema }>
}
type Parameter = { name: string; in: string }
type Document = {
  paths: Record<string, { get: { operationId: string; parameters?: Parameter[]; responses: Record<string, Answer> } }>
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer> }
}

async function describe(world: World): Promise<Document> {
  return (await (await fetch(`${world.url}/api/v1/openapi.json`)).json()) as Document
}

it('breaks no rule for OpenAPI documents', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // Each site publishes its own data; the licence of the software is no licence of them.
      'info-license': 'off',
      'info-license-strict': 'off',
      // The test clock’s site is on this machine.
      'no-server-example.com': 'off',
      // An operation that takes nothing has no fault of the asker; the rest is in `default`.
      'operation-4xx-response': 'off',
    },
  })
  for (const kind of ['association', 'centre'] as const) {
    const world = await startApp({ kind })
    const source = await (await fetch(`${world.url}/api/v1/openapi.json`)).text()
    const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config })
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([])
    const broken = source.replace('"operationId":"listOffers"', '"operationId":"getOffer"')
    expect(await lintFromString({ source: broken, absoluteRef: 'openapi.json', config })).not.toEqual([])
  }
})

it('describes every route of the open data, and no other', async () => {
  const document = await describe(await startApp())
  const served = routes.filter(({ path }) => path.startsWith('/api/')).map(({ path }) => path.replace(/:\w+/g, '{id}'))
  expect(Object.keys(document.paths).toSorted()).toEqual(served.toSorted())
})

/** Checks answers against the document; fields that it does not name are faults too. */
function checker(document: Document) {
  const ajv = new Ajv2020.default({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const closed = { ...document, components: { ...document.components, schemas: closedAll(document) } }
  ajv.addSchema({ $id: 'https://site.example/openapi', ...closed })
  const validators = new Map<string, ValidateFunction>()
  return async (world: World, template: string, path: string): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(world.url + path)
    const { responses } = document.paths[template]!.get
    const name = String(answer.status) in responses ? String(answer.status) : 'default'
    const described = resolved(document, responses[name]!)
    const text = await answer.text()
    const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
    const schema = described.content?.[type]?.schema
    if (!schema) throw new Error(`${path} answers ${answer.status} ${type}, which is not described`)
    for (const [header, { required }] of Object.entries(described.headers ?? {}))
      if (required && !answer.headers.has(header)) throw new Error(`${path} has no ${header}`)
    const key = JSON.stringify(schema)
    const validate = validators.get(key) ?? ajv.compile(withAddress(schema))
    validators.set(key, validate)
    const body = JSON.parse(text) as unknown
    if (!validate(body)) throw new Error(`${path} ${answer.status}: ${ajv.errorsText(validate.errors)}\n${text}`)
    return { status: answer.status, body }
  }
}

const resolved = (document: Document, answer: Answer): Answer =>
  answer.$ref ? document.components.responses[answer.$ref.split('/').at(-1)!]! : answer

const withAddress = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"https://site.example/openapi#/')) as Schema

function closedAll(document: Document): Record<string, Schema> {
  const close = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(close)
    if (typeof schema !== 'object' || schema === null) return schema
    const made = Object.fromEntries(Object.entries(schema).map(([name, one]) => [name, close(one)]))
    return 'properties' in made && typeof made['properties'] === 'object' && made['type'] === 'object'
      ? { additionalProperties: false, ...made }
      : made
  }
  return close(document.components.schemas) as Record<string, Schema>
}

/** For each path: what is asked, and how it is answered with nothing there, and with offers. */
async function askAll(world: World, offers: { open: string[]; gone: string[] }) {
  const document = await describe(world)
  const check = checker(document)
  const lists = ['/api/v1/offers']
  for (const path of lists) {
    expect((await check(world, path, path)).status).toBe(200)
    for (const asked of ['per_page=1', 'per_page=1&page=2', 'page=900', 'per_page=100'])
      expect([asked, (await check(world, path, `${path}?${asked}`)).status]).toEqual([asked, 200])
  }
  for (const asked of ['cause=food', 'place=Dijon&radius=10', 'q=lire&sort=newest', 'accessible=yes&age=12'])
    expect((await check(world, '/api/v1/offers', `/api/v1/offers?${asked}`)).status).toBe(200)
  for (const wrong of [
    'place=Bezan%C3%A7on',
    'per_page=0',
    'per_page=a&per_page=b',
    'cause=soup',
    'q=%2B',
    'region=Mars',
  ])
    expect([wrong, (await check(world, '/api/v1/offers', `/api/v1/offers?${wrong}`)).status]).toEqual([wrong, 400])
  const one = '/api/v1/offers/{id}'
  for (const id of offers.open) expect((await check(world, one, `/api/v1/offers/${id}`)).status).toBe(200)
  for (const id of offers.gone) expect((await check(world, one, `/api/v1/offers/${id}`)).status).toBe(410)
  for (const id of ['nothing', '%20', 'x'.repeat(300), '%E2%80'])
    expect([404, 400]).toContain((await check(world, one, `/api/v1/offers/${id}`)).status)
  const missions = '/api/v1/missions'
  for (const asked of ['', '?limit=1', '?after=1&limit=2', '?after=999999999', '?limit=5000'])
    expect((await check(world, missions, missions + asked)).status).toBe(200)
  for (const wrong of ['limit=0', 'limit=-1', 'limit=x', 'after=x', 'after=1&after=2', 'limit='])
    expect([wrong, (await check(world, missions, `${missions}?${wrong}`)).status]).toEqual([wrong, 400])
  for (const path of ['/api/v1/associations', '/api/v1/openapi.json'])
    expect((await check(world, path, path)).status).toBe(200)
}

it('is kept by every answer of a site without offers', async () => {
  for (const kind of ['association', 'centre', 'both'] as const)
    await askAll(await startApp({ kind }), { open: [], gone: [] })
})

it('is kept by every answer of an association: open, paused, closed and removed', async () => {
  const world = await startApp()
  const coordinator = await world.signIn('bastien')
  const ids: string[] = []
  for (const title of ['Servir la soupe', 'Lire des histoires', 'Planter des arbres', 'Trier les dons'])
    ids.push(await publishOffer(coordinator, title))
  const [open, paused, closed, removed] = ids
  await coordinator.post(`/work/offers/${paused}/pause`, {})
  await coordinator.post(`/work/offers/${closed}/closing`, { reason: 'filled' })
  await world.deps.db.updateTable('offers').set({ state: 'archived' }).where('id', '=', removed!).execute()
  await askAll(world, { open: [open!, paused!, closed!], gone: [removed!] })
})

it('is kept by every answer of a centre: everything said, as little as can be said, from elsewhere, full', async () => {
  const world = await startApp({ kind: 'centre' })
  const full = samplePublicOffer({
    name: 'tout',
    content: {
      title: { fr: 'Lire', en: 'Read' },
      summary: { fr: 'Une heure.', en: 'One hour.' },
      tasks: { fr: ['Lire'], en: ['Read'] },
      starts_on: '2026-12-01',
      ends_on: '2026-12-02',
      group_ok: true,
      group_max: 3,
      no_waiting_list: true,
      requirements: ['licence_b'],
      language: ['fr', 'en'],
    },
  })
  const home = samplePublicOffer({ name: 'chez', content: { work_mode: 'at_beneficiary_home' } })
  const least = samplePublicOffer({
    name: 'peu',
    content: {
      ...full.content,
      summary: {},
      tasks: {},
      causes: [],
      activities: [],
      frequency: null,
      minutes_per_session: null,
      starts_on: null,
      ends_on: null,
      places: [],
      capacity: null,
      min_age: null,
      apply_mode: 'link',
      work_mode: 'remote',
    },
    standing: { applications: 'full', remaining: null },
  })
  await transact(world.deps, async (tx) => {
    for (const offer of [full, home, least])
      await putListing(tx, world.deps, { offer, origin: 'member', approvedAt: '2026-11-12T10:00:00.000Z', via: '' })
  })
  const rows = await world.deps.db.selectFrom('listings').select('public_id').execute()
  expect(rows).toHaveLength(3)
  await askAll(world, { open: rows.map(({ public_id }) => public_id), gone: [] })
})
