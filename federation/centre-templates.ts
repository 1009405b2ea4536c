// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the models that our centres write for their members. What comes is another site's text, so each is checked; one
// that cannot be used is left out, and stops no other.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  deleteLostTemplates,
  listCentresToRead,
  noteReading,
  replaceCentreTemplates,
} from '../db/queries/shared-templates.ts'
import { HOUR, later } from '../server/base/clock.ts'
import { cut } from '../server/base/cut.ts'
import type { Deps } from '../server/deps.ts'
import type { OfferContent } from '../server/model/offer/content.ts'
import { FIELDS } from '../server/model/offer/fields.ts'
import {
  fromShared,
  MOST_SHARED,
  SHARED_TEMPLATES_PATH,
  TEMPLATE_NAME_LONGEST,
} from '../server/model/shared-template.ts'
import { transact } from '../server/web/transact.ts'
import type { Answer, Failure, HttpClient } from './http-client.ts'
import { readPlainJson } from './plain-json.ts'
import { cleanLine, cleanText } from '../server/text/plain-text.ts'

/** In one run, which comes every minute. */
const AT_ONCE = 5
/** Hours until they are read again: after a reading, and after a fault. */
const AGAIN_AFTER = 6
const AFTER_FAULT = 1

type Template = { id: string; name: string; content: OfferContent }

/** When a centre cannot be read, what was read before stays. */
export async function readCentreTemplates({ deps, http }: { deps: Deps; http: HttpClient }): Promise<void> {
  await transact(deps, (tx) => deleteLostTemplates(tx))
  const wanted = await listCentresToRead(deps.db, deps.clock.iso(), AT_ONCE)
  const answers = await Promise.all(
    // At the same origin as its actor, whose document we have from there.
    wanted.map(({ centre_uri }) =>
      http.ask(new URL(SHARED_TEMPLATES_PATH, centre_uri), { headers: { accept: 'application/json' } }),
    ),
  )
  for (const [at, { centre_uri }] of wanted.entries()) {
    const read = templatesIn(deps, centre_uri, answers[at]!)
    const [hours, fault] = typeof read === 'string' ? [AFTER_FAULT, read] : [AGAIN_AFTER, null]
    await transact(deps, async (tx) => {
      if (typeof read !== 'string') await replaceCentreTemplates(tx, centre_uri, read)
      await noteReading(tx, { centre_uri, due_at: later(deps.clock.iso(), hours * HOUR), fault })
    })
  }
}

/** @returns why it cannot be used, in place of the models. */
function templatesIn(deps: Pick<Deps, 'taxonomies'>, centreUri: string, answer: Answer | Failure): Template[] | string {
  if (!answer.ok) return answer.reason
  // An older version has none.
  if (answer.status === 404) return []
  if (answer.status !== 200) return `status ${answer.status}`
  const read = readPlainJson(answer.body)
  if (!read.ok) return read.reason
  const { templates } = read.value
  if (!Array.isArray(templates)) return 'not_templates'
  const schema = schemaFor(deps.taxonomies)
  const found = templates.slice(0, MOST_SHARED).flatMap((one) => {
    const parsed = schema.safeParse(one)
    if (!parsed.success) return []
    const { id, name, content } = parsed.data
    return { id: idOf(centreUri, id), name, content: fromShared(content) }
  })
  return [...new Map(found.map((one) => [one.id, one])).values()]
}

/** Not one of ours, and the same each time. */
const idOf = (centreUri: string, id: string): string =>
  `centre-${createHash('sha256').update(`${centreUri}\n${id}`).digest('hex').slice(0, 24)}`

function schemaFor(taxonomies: Deps['taxonomies']) {
  const words = (longest: number) => z.string().transform((text) => cut(cleanText(text), longest))
  const texts = (longest: number) => {
    const one = words(longest).optional().catch(undefined)
    return z
      .object({ fr: one, en: one })
      .transform(({ fr, en }) => ({ ...(fr && { fr }), ...(en && { en }) }))
      .catch({})
  }
  const { longest, most } = FIELDS.tasks
  const lines = z
    .array(z.string())
    .transform((list) =>
      list
        .map((line) => cut(cleanLine(line), longest))
        .filter(Boolean)
        .slice(0, most),
    )
    .optional()
    .catch(undefined)
  const codes = (list: 'cause' | 'activity' | 'requirement', limit: number) =>
    z
      .array(z.string())
      .transform((given) => [...new Set(given)].filter((code) => taxonomies.has(list, code)).slice(0, limit))
      .catch([])
  const content = z.object({
    title: texts(FIELDS.title.longest).refine((map) => Object.keys(map).length > 0),
    summary: texts(FIELDS.summary.longest),
    context: texts(FIELDS.context.longest),
    profile: texts(FIELDS.profile.longest),
    support: texts(FIELDS.support.longest),
    practical: texts(FIELDS.practical.longest),
    tasks: z
      .object({ fr: lines, en: lines })
      .transform(({ fr, en }) => ({ ...(fr?.length && { fr }), ...(en?.length && { en }) }))
      .catch({}),
    causes: codes('cause', FIELDS.causes.most),
    activities: codes('activity', FIELDS.activities.most),
    requirements: codes('requirement', FIELDS.requirements.most),
    commitment: z
      .string()
      .refine((code) => taxonomies.has('commitment', code))
      .catch(''),
  })
  const name = z
    .string()
    .transform((text) => cut(cleanLine(text), TEMPLATE_NAME_LONGEST))
    .refine((text) => text !== '')
  return z.object({ id: z.string().min(1).max(200), name, content })
}
