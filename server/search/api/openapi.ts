// SPDX-License-Identifier: AGPL-3.0-or-later
// The description of our open data (OpenAPI 3.1). Codes come from the lists themselves, so they are always the true ones.
import type { ListName } from '../../../db/reference/taxonomies.ts'
import type { Deps } from '../../deps.ts'
import { CODE_FILTERS, codeFilters, LARGEST_RADIUS, SORTS, USUAL_RADIUS } from '../query.ts'

type Schema = Record<string, unknown>

const text: Schema = { type: 'string' }
const url: Schema = { type: 'string', format: 'uri' }
const instant: Schema = { type: 'string', format: 'date-time' }
const flag: Schema = { type: 'boolean' }
const maybe = (schema: Schema): Schema => ({ ...schema, type: [schema.type, 'null'] })
const list = (items: Schema): Schema => ({ type: 'array', items })
const about = (schema: Schema, description: string): Schema => ({ ...schema, description })
const object = (properties: Record<string, Schema>, optional: string[] = []): Schema => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
})
const languages: Schema = { type: 'object', properties: { fr: text, en: text }, additionalProperties: false }

export function openApi(deps: Deps, name: string) {
  const code = (from: ListName) => ({ ...text, examples: deps.taxonomies.list(from).map((term) => term.code) })
  return {
    openapi: '3.1.0',
    info: {
      title: `Volunteering offers of ${name}`,
      version: '1',
      description: 'Read only, no key. Answers carry an ETag; lists carry Link (RFC 8288) and X-Total-Count.',
    },
    servers: [{ url: deps.config.publicUrl }],
    paths: {
      '/api/v1/offers': {
        get: {
          summary: 'Offers online now. The query is the one of the page /offers.',
          parameters: parameters(deps),
          responses: { 200: answer(list({ $ref: '#/components/schemas/Offer' })), 400: answer(problem) },
        },
      },
      '/api/v1/offers/{id}': {
        get: {
          summary: 'One offer, also after it was closed. `id` is the last part of `api_url`.',
          parameters: [{ name: 'id', in: 'path', required: true, schema: text }],
          responses: { 200: answer({ $ref: '#/components/schemas/Offer' }), 404: answer(problem) },
        },
      },
      '/api/v1/associations': {
        get: {
          summary: 'Who publishes here.',
          responses: { 200: answer(list({ $ref: '#/components/schemas/Association' })) },
        },
      },
    },
    components: { schemas: { Offer: offerSchema(code), Association: associationSchema } },
  }
}

const answer = (schema: Schema) => ({ description: '', content: { 'application/json': { schema } } })
const problem = object(
  { error: text, field: text, suggestions: list(object({ code: text, name: text })), reference: text },
  ['field', 'suggestions', 'reference'],
)

const associationSchema = object({
  id: about(url, 'Address of its ActivityPub actor.'),
  name: text,
  url,
  summary: text,
  offers: about({ type: 'integer' }, 'How many of its offers are online here.'),
})

function offerSchema(code: (from: ListName) => Schema): Schema {
  const minutes = maybe({ type: 'integer', minimum: 0 })
  const day = maybe({ type: 'string', format: 'date' })
  const place = object({
    municipality_code: about(maybe(text), 'FR-<INSEE code> or QC-<municipality code>.'),
    name: text,
    label: text,
    street: maybe(text),
    postal_code: maybe(text),
    department: maybe(text),
    region: maybe(text),
    country: maybe({ type: 'string', examples: ['FR', 'CA'] }),
    lat: maybe({ type: 'number' }),
    lon: maybe({ type: 'number' }),
    precision: { type: 'string', enum: ['exact', 'municipality'] },
  })
  const fields: Record<string, Schema> = {
    id: about(url, 'Its ActivityPub address at home: the name under which it is known everywhere.'),
    url: about(url, 'Its page at home.'),
    api_url: url,
    association: object({ id: url, name: text, url, mission: text }),
    title: languages,
    summary: languages,
    context: languages,
    tasks: { type: 'object', properties: { fr: list(text), en: list(text) } },
    profile: languages,
    support: languages,
    practical: languages,
    language: list({ type: 'string', enum: ['fr', 'en'] }),
    causes: list(code('cause')),
    activities: list(code('activity')),
    beneficiaries: list(code('beneficiary')),
    skills: list(code('skill')),
    requirements: list(code('requirement')),
    benefits: list(code('benefit')),
    commitment_type: code('commitment'),
    frequency: maybe(code('frequency')),
    minutes_per_session: minutes,
    sessions_expected: minutes,
    starts_on: day,
    ends_on: day,
    slots: about(list(text), 'weekday-part of day, such as saturday-morning.'),
    work_mode: code('work_mode'),
    places: list(place),
    capacity: about(maybe({ type: 'integer' }), 'null: no limit.'),
    remaining: maybe({ type: 'integer' }),
    group_ok: flag,
    min_age: maybe({ type: 'integer' }),
    accessible: { type: 'string', enum: ['yes', 'no', 'unknown'] },
    compensation: code('compensation'),
    contact_label: about(text, 'Who welcomes people: a role or a first name, never an address.'),
    apply_mode: { type: 'string', enum: ['form', 'link'] },
    apply_url: url,
    applications: { type: 'string', enum: ['open', 'full', 'closed'] },
    applications_open: flag,
    revision: { type: 'integer' },
    publish_from: instant,
    publish_until: instant,
    published_at: instant,
    updated_at: instant,
    expires_at: about(instant, 'After this instant the offer is no longer shown.'),
    approved_at: about(instant, 'At a centre: when it approved this text.'),
    also_approved_by: about(
      list(object({ id: url, name: text, url })),
      'At a centre: the other centres it came through, which approved it too; the nearest to its association first.',
    ),
  }
  return object(fields, ['approved_at', 'also_approved_by'])
}

function parameters({ taxonomies }: Deps) {
  const parameter = (name: string, schema: Schema, description = '') => ({ name, in: 'query', schema, description })
  return [
    parameter('q', text, 'Words; accents, hyphens and capitals do not matter, the last word may be begun.'),
    parameter(
      'place',
      text,
      'Town: name, postal code or municipality code; several separated by a semicolon. Offers done from home are left out: mode=remote has them.',
    ),
    parameter('radius', { type: 'integer', minimum: 1, maximum: LARGEST_RADIUS, default: USUAL_RADIUS }, 'Kilometres.'),
    parameter('region', text, 'Region, département or MRC: code or name.'),
    ...codeFilters.map((name) => ({
      ...parameter(name, list({ ...text, enum: taxonomies.list(CODE_FILTERS[name]).map(({ code }) => code) })),
      explode: true,
    })),
    parameter('age', { type: 'integer' }, 'Offers that take a person of this age.'),
    parameter('accessible', { type: 'string', enum: ['yes'] }),
    parameter('group', { type: 'string', enum: ['yes'] }),
    parameter('association', url, 'Address of its ActivityPub actor.'),
    parameter('sort', { type: 'string', enum: SORTS }),
    parameter('page', { type: 'integer', minimum: 1 }),
    parameter('per_page', { type: 'integer', minimum: 1, maximum: 100, default: 20 }),
  ]
}
