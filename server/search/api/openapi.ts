// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { Deps } from '../../deps.ts'
import { association, offer, problem, query } from './schemas.ts'

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
    paths: {
      '/api/v1/offers': {
        get: {
          summary: 'Offers online now. The query is the one of the page /offers.',
          parameters: parameters(query(taxonomies)),
          responses: { 200: answer(list('Offer')), 400: answer(described(problem)) },
        },
      },
      '/api/v1/offers/{id}': {
        get: {
          summary: 'One offer, also after it was closed. `id` is the last part of `api_url`.',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: answer(named('Offer')), 404: answer(described(problem)) },
        },
      },
      '/api/v1/associations': {
        get: { summary: 'Who publishes here.', responses: { 200: answer(list('Association')) } },
      },
    },
    components: { schemas: { Offer: described(offer(taxonomies)), Association: described(association) } },
  }
}

const answer = (schema: Schema) => ({ description: '', content: { 'application/json': { schema } } })
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
