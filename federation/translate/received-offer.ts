// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads an offer that came from outside: nothing is trusted, texts over the limits are refused, unknown codes are kept.
import { z } from 'zod'
import { idOf, idsOf, isSameOrigin, readId } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { PUBLIC } from '../vocabulary.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { cleanText } from './text.ts'

export type OfferRefusal =
  | 'not_an_event'
  | 'not_an_offer'
  | 'not_public'
  | 'id_unusable'
  | 'wrong_owner'
  | 'window_unusable'
  | `field_unusable:${string}`

const MAX_WINDOW_MS = 366 * 86_400_000

const text = (max: number) => z.string().transform(cleanText).pipe(z.string().max(max))
/** A text in some of our languages; other languages are left aside, empty texts too. */
const texts = (max: number) =>
  z
    .object({ fr: text(max).optional(), en: text(max).optional() })
    .default({})
    .transform(
      (map) => Object.fromEntries(Object.entries(map).filter(([, value]) => value)) as { fr?: string; en?: string },
    )
const tasks = z
  .array(text(500))
  .max(12)
  .transform((list) => list.filter(Boolean))
const code = z.string().regex(/^[a-z0-9][a-z0-9_.:-]{0,59}$/i)
/** A code, or words somebody wrote instead: both are kept as they came. */
const codes = (most: number) =>
  z
    .array(text(120))
    .max(most)
    .default([])
    .transform((list) => list.filter(Boolean))
const day = z.iso.date()
const instant = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString())
const count = (max: number) => z.int().min(0).max(max)
const orNull = <T extends z.ZodType>(type: T) => type.nullable().default(null as never)

const place = z.object({
  code: orNull(text(40)),
  label: text(160).default(''),
  name: text(120),
  region: orNull(text(120)),
  department: orNull(text(120)),
  country: z.enum(['FR', 'CA']).nullable().catch(null),
  postalCode: orNull(text(20)),
  street: orNull(text(200)),
  latitude: orNull(z.number().min(-90).max(90)),
  longitude: orNull(z.number().min(-180).max(180)),
  precision: z.enum(['exact', 'municipality']).catch('municipality'),
})

const content = z.object({
  title: texts(120).refine((map) => Object.keys(map).length > 0),
  summary: texts(280),
  context: texts(2000),
  tasks: z.object({ fr: tasks.optional(), en: tasks.optional() }).default({}),
  profile: texts(1500),
  support: texts(1000),
  practical: texts(1000),
  causes: codes(3),
  activities: codes(3),
  beneficiaries: codes(30),
  skills: codes(8),
  requirements: codes(20),
  benefits: codes(20),
  commitment: code,
  frequency: orNull(code),
  minutes_per_session: orNull(count(100_000)),
  sessions_expected: orNull(count(100_000)),
  starts_on: orNull(day),
  ends_on: orNull(day),
  slots: z.array(code).max(60).default([]),
  work_mode: code,
  places: z.array(place).max(50).default([]),
  capacity: orNull(count(1_000_000)),
  group_ok: z.boolean().catch(false),
  min_age: orNull(count(130)),
  accessible: z.enum(['yes', 'no', 'unknown']).catch('unknown'),
  compensation: code.catch('none'),
  contact_label: text(160).catch(''),
  apply_mode: z.literal('form').catch('form'),
  language: z
    .array(z.enum(['fr', 'en']))
    .min(1)
    .max(2),
})

const standing = z.object({
  applications: z.enum(['open', 'closed', 'full']),
  status: z.enum(['confirmed', 'cancelled']),
  remaining: orNull(count(1_000_000)),
  publish_from: instant,
  publish_until: instant,
})

const about = z.object({
  content_hash: z.string().regex(/^[0-9a-f]{64}$/),
  association: z.object({
    name: text(200).pipe(z.string().min(1)),
    url: z.string().catch(''),
    mission: text(400).catch(''),
  }),
})
const head = z.object({ revision: z.int().min(1).max(1_000_000_000), published: instant, updated: instant })

/**
 * The offer an Event describes, or why it is none for us. Only what its own origin says is taken: the id and the
 * owner share it. Events of other software carry no `terms` and are `not_an_offer`.
 */
export function fromEvent(event: JsonObject): { ok: true; offer: PublicOffer } | { ok: false; reason: OfferRefusal } {
  const refuse = (reason: OfferRefusal) => ({ ok: false as const, reason })
  if (event['type'] !== 'Event') return refuse('not_an_event')
  const uri = idOf(event['id'])
  const owner = idOf(event['attributedTo'])
  if (!uri || uri !== event['id'] || uri.includes('#')) return refuse('id_unusable')
  if (!owner || !isSameOrigin(uri, owner)) return refuse('wrong_owner')
  if (!isPublic(event)) return refuse('not_public')
  const terms = event['terms']
  if (typeof terms !== 'object' || terms === null || Array.isArray(terms)) return refuse('not_an_offer')

  const parsed = z
    .object({ content, standing, about, head })
    .safeParse({ content: terms, standing: terms, about: terms, head: event })
  if (!parsed.success) return refuse(`field_unusable:${fieldOf(parsed.error)}`)
  const { content: read, standing: stands, about: says, head: dated } = parsed.data
  const span = Date.parse(stands.publish_until) - Date.parse(stands.publish_from)
  if (!(span > 0 && span <= MAX_WINDOW_MS)) return refuse('window_unusable')
  return {
    ok: true,
    offer: {
      uri,
      url: ownUrl(event['url'], uri),
      revision: dated.revision,
      content_hash: says.content_hash,
      published_at: dated.published,
      updated_at: dated.updated,
      content: withoutGaps(read) as PublicOffer['content'],
      standing: stands,
      association: withoutGaps({
        ...says.association,
        uri: owner,
        url: ownUrl(says.association.url, owner),
      }) as PublicOffer['association'],
    },
  }
}

export function isPublic(object: JsonObject): boolean {
  const names = new Set([PUBLIC, 'as:Public', 'Public'])
  const addressed = [object['to'], object['cc']].flat()
  return (
    addressed.some((one) => typeof one === 'string' && names.has(one)) || idsOf(addressed as unknown).includes(PUBLIC)
  )
}

/** A link shown as the offer's home must lead there; any other is replaced by the id itself. */
function ownUrl(url: unknown, id: string): string {
  return readId(url) && isSameOrigin(url, id) ? String(url) : id
}

function fieldOf(error: z.ZodError): string {
  return (error.issues[0]?.path ?? []).slice(1).join('.').slice(0, 60)
}

/** Optional keys that are absent stay absent, instead of being there and undefined. */
function withoutGaps(value: object): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}
