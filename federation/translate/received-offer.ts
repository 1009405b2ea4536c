// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads a received offer: texts over the limits are refused, unknown codes are kept.
import { DAY } from '../../server/base/clock.ts'
import { z } from 'zod'
import { idOf, idsOf, isSameOrigin, readId } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { PUBLIC, PUBLIC_NAMES } from '../vocabulary.ts'
import type { OfferContent, PublicOffer } from '../../server/model/offer/content.ts'
import { FIELD_NAMES, fieldOf, FIELDS, type Field } from '../../server/model/offer/fields.ts'
import { cleanLine, cleanText } from '../../server/text/plain-text.ts'

export type OfferRefusal =
  | 'not_an_event'
  | 'not_an_offer'
  | 'not_public'
  | 'id_unusable'
  | 'wrong_owner'
  | 'window_unusable'
  | `field_unusable:${string}`

const MAX_WINDOW_MS = 366 * DAY

/** On one line, as names, titles and labels stand in heads, subjects and cells. */
const line = (max: number) => z.string().transform(cleanLine).pipe(z.string().max(max))
const lines = (max: number) => z.string().transform(cleanText).pipe(z.string().max(max))
/** Other languages and empty texts are left out. */
const texts = (max: number, read = lines) =>
  z
    .object({ fr: read(max).optional(), en: read(max).optional() })
    .default({})
    .transform(
      (map) => Object.fromEntries(Object.entries(map).filter(([, value]) => value)) as { fr?: string; en?: string },
    )
const list = ({ longest, most }: { longest: number; most: number }) =>
  z
    .array(line(longest))
    .max(most)
    .transform((all) => all.filter(Boolean))
const code = z.string().regex(/^[a-z0-9][a-z0-9_.:-]{0,59}$/i)
/** Codes, or text written instead: both are stored as received. */
const codes = (most: number) =>
  z
    .array(line(120))
    .max(most)
    .default([])
    .transform((list) => list.filter(Boolean))
const day = z.iso.date()
const instant = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString())
const count = (max: number) => z.int().min(0).max(max)
const orNull = <T extends z.ZodType>(type: T) => type.nullable().default(null as never)

const place = z.object({
  code: orNull(line(40)),
  label: line(160).default(''),
  name: line(120),
  region: orNull(line(120)),
  department: orNull(line(120)),
  country: z.enum(['FR', 'CA']).nullable().catch(null),
  postalCode: orNull(line(20)),
  street: orNull(line(200)),
  latitude: orNull(z.number().min(-90).max(90)),
  longitude: orNull(z.number().min(-180).max(180)),
  precision: z.enum(['exact', 'municipality']).catch('municipality'),
})

const pictureOf = (longest: number) =>
  z.object({ url: z.string().max(500), width: count(10_000), height: count(10_000), alt: texts(longest, line) })

/** A missing field is empty; a wrong value is refused. */
function schemaOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'texts':
      return texts(field.longest)
    case 'lists': {
      const said = list(field).optional()
      return z.object({ fr: said, en: said }).default({})
    }
    case 'words':
      return line(field.received).catch('')
    case 'number':
      return orNull(count(field.received))
    case 'day':
      return orNull(day)
    case 'flag':
      return z.boolean().catch(false)
    case 'code':
      return field.unsaid === '' ? code : field.unsaid === null ? orNull(code) : code.catch(field.unsaid)
    case 'codes':
      return codes(field.received)
    case 'choice':
      return z.enum(field.of).catch(field.unsaid)
    case 'slots':
      return z.array(code).max(field.received).default([])
    case 'places':
      return z.array(place).max(field.received).default([])
    case 'languages':
      return z
        .array(z.enum(['fr', 'en']))
        .min(1)
        .max(2)
    case 'pictures':
      return z.array(pictureOf(field.longest)).max(field.most).default([])
    case 'links':
      return z.array(z.string().max(500)).max(field.most).default([])
    case 'sheet':
      return orNull(z.object({ url: z.string().max(500), name: line(field.longest), bytes: count(100_000_000) }))
  }
}

type Schemas = { [K in keyof OfferContent]: z.ZodType<OfferContent[K]> }
const content = z.object({
  ...(Object.fromEntries(FIELD_NAMES.map((name) => [name, schemaOf(fieldOf(name))])) as Schemas),
  title: texts(FIELDS.title.longest, line).refine((map) => Object.keys(map).length > 0),
  apply_mode: z.literal('form').catch('form'),
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
    name: line(200).pipe(z.string().min(1)),
    url: z.string().catch(''),
    mission: lines(400).catch(''),
    sectors: z.array(code).max(3).optional().catch(undefined),
  }),
})
const head = z.object({
  revision: z.int().min(1).max(1_000_000_000),
  published: instant,
  updated: instant,
  startTime: instant.optional().catch(undefined),
})

/** Id and owner must share an origin. Events of other software have no `terms` and are `not_an_offer`. */
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
  if (!parsed.success) return refuse(`field_unusable:${wrongField(parsed.error)}`)
  const { content: read, standing: stands, about: sent, head: dated } = parsed.data
  const { sectors, ...from } = sent.association
  const span = Date.parse(stands.publish_until) - Date.parse(stands.publish_from)
  if (!(span > 0 && span <= MAX_WINDOW_MS)) return refuse('window_unusable')
  return {
    ok: true,
    offer: {
      uri,
      url: ownUrl(event['url'], uri),
      revision: dated.revision,
      content_hash: sent.content_hash,
      published_at: dated.published,
      updated_at: dated.updated,
      ...(dated.startTime && { starts_at: dated.startTime }),
      content: withoutGaps({
        ...read,
        pictures: read.pictures.filter(({ url }) => isOwn(url, uri)),
        linked: read.linked.filter((url) => isOwn(url, uri)),
        sheet: read.sheet && isOwn(read.sheet.url, uri) ? read.sheet : null,
      }),
      standing: stands,
      association: { ...from, ...(sectors?.length && { sectors }), uri: owner, url: ownUrl(from.url, owner) },
    },
  }
}

export function isPublic(object: JsonObject): boolean {
  const addressed = [object['to'], object['cc']].flat()
  return addressed.some((one) => PUBLIC_NAMES.has(one)) || idsOf(addressed as unknown).includes(PUBLIC)
}

/** A link to another origin is replaced by the id. */
function ownUrl(url: unknown, id: string): string {
  return isOwn(url, id) ? String(url) : id
}

const isOwn = (url: unknown, id: string): boolean => Boolean(readId(url)) && isSameOrigin(url, id)

function wrongField(error: z.ZodError): string {
  return (error.issues[0]?.path ?? []).slice(1).join('.').slice(0, 60)
}

/** Removes keys whose value is undefined. */
function withoutGaps<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
