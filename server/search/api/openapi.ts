// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { Deps } from '../../deps.ts'
import { association, missions, missionsQuery, offer, problem as problemSchema, query } from './schemas.ts'

type Schema = Record<string, unknown>

export function openApi({ config, taxonomies }: Pick<Deps, 'config' | 'taxonomies'>, name: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: `Volunteering offers of ${name}`,
      version: '1',
      description: 'Read only, no key. Answers carry an ETag; lists carry Link (RFC 8288) and X-Total-Count.',
    },
    servers: [{ url: config.publicUrl }],
    security: [],
    paths: {
      '/api/v1/offers': operation('listOffers', {
        summary: 'Offers online now. The query is the one of the page /offers.',
        parameters: parameters(query(taxonomies)),
        responses: { 200: answer('One page of them.', list('Offer'), PAGED), 400: problem('The query is unclear.') },
      }),
      '/api/v1/offers/{id}': operation('getOffer', {
        summary: 'One offer, also after it was closed. `id` is the last part of `api_url`.',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: answer('The offer.', named('Offer')),
          404: problem('There is none.'),
          410: problem('It was removed.'),
        },
      }),
      '/api/v1/associations': operation('listAssociations', {
        summary: 'Who publishes here.',
        responses: { 200: answer('All of them.', list('Association')) },
      }),
      '/api/v1/missions': operation('listMissions', {
        summary: 'What is online now, in the shape of the French national hub (API Engagement), page by page.',
        parameters: parameters(missionsQuery),
        responses: {
          200: { description: 'One page.', headers: { Link: PAGED.Link }, content: json(named('Missions')) },
          400: problem('The query is unclear.'),
        },
      }),
      '/api/v1/openapi.json': operation('getDescription', {
        summary: 'This description.',
        responses: { 200: answer('OpenAPI 3.1.', { type: 'object' }) },
      }),
    },
    components: {
      schemas: {
        Offer: described(offer(taxonomies)),
        Association: described(association),
        Missions: described(missions),
        Problem: described(problemSchema),
      },
      responses: { Problem: { description: 'Something else is wrong.', content: json(named('Problem')) } },
    },
  }
}

/** Every operation may be refused because of too many requests, or fail. */
const operation = (operationId: string, { responses, ...rest }: { responses: object; [name: string]: unknown }) => ({
  get: { operationId, ...rest, responses: { ...responses, default: { $ref: '#/components/responses/Problem' } } },
})

const header = (description: string, schema: Schema) => ({ description, schema })
const PAGED = {
  Link: header('The other pages (RFC 8288), when there are any.', { type: 'string' }),
  'X-Total-Count': { ...header('How many there are on all pages.', { type: 'integer' }), required: true },
}
const ETAG = { ETag: { ...header('Of this answer, for If-None-Match.', { type: 'string' }), required: true } }

const json = (schema: Schema) => ({ 'application/json': { schema } })
const answer = (description: string, schema: Schema, headers: Record<string, object> = {}) => ({
  description,
  headers: { ...ETAG, ...headers },
  content: json(schema),
})
const problem = (description: string) => ({ description, content: json(named('Problem')) })
const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })
const list = (name: string): Schema => ({ type: 'array', items: named(name) })

function parameters(schema: z.ZodObject) {
  const { properties = {} } = described(schema) as { properties?: Record<string, Schema> }
  return Object.entries(properties).map(([name, { description = '', ...rest }]) => ({
    name,
    in: 'query',
    schema: rest,
    description,
    ...(rest['type'] === 'array' && { explode: true }),
  }))
}

/** Writes « or null » in the type, which every client generator understands. */
function described(schema: z.ZodType): Schema {
  const { $schema: _, ...found } = z.toJSONSchema(schema, {
    // Fields may be added later, so only schemas marked strict are closed.
    io: 'input',
    override: ({ jsonSchema: made }) => {
      const [inner, nothing] = made.anyOf ?? []
      if (made.anyOf?.length !== 2 || !inner?.type || nothing?.type !== 'null') return
      delete made.anyOf
      Object.assign(made, { ...inner, ...made, type: [inner.type, 'null'] })
    },
  })
  return found
}
