// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals of a day as a Document with `stats` (FEDERATION.md, « Totals »). Pure; numbers only, never a person.
import type { SentLine } from '../../server/statistics/commands/share.ts'
import { REPORTED, type Line, type Reported } from '../../server/model/counts.ts'
import { MOST_LINES, type ExactSums } from '../../server/statistics/rules.ts'
import { idOf, isSameOrigin, readId } from '../origins.ts'
import type { JsonObject, JsonValue } from '../plain-json.ts'
import type { Activity } from './activities.ts'
import { instantOf, isObject } from './properties.ts'

const WIRE: Record<Reported, string> = {
  impressions: 'impressions',
  views: 'views',
  apply_starts: 'applyClicks',
  applications: 'applications',
  accepted: 'accepted',
  completed: 'completed',
  answered_1: 'answeredWithin1Day',
  answered_3: 'answeredWithin3Days',
  answered_7: 'answeredWithin7Days',
  answered_14: 'answeredWithin14Days',
  answered_later: 'answeredLater',
}

type Report = { origin: string; actor: string; at: string; partner: string; day: string; sending: number }

/**
 * A document keeps its id when it is sent again; the activity has a new id, because peers handle an activity once.
 * @param document its number on that day, from 0.
 */
export function documentIds({ origin, partner, day, sending }: Report, document: number) {
  const whom = partner.replace(/^https?:\/\//, '')
  const name = document === 0 ? day : `${day}.${document + 1}`
  const again = sending === 1 ? '' : `/again/${sending}`
  return { activity: `${origin}/st/${name}${again}/${whom}`, document: `${origin}/st/${name}/${whom}#r` }
}

/** @param exact what the association has decided about this centre's pages; nothing is said when it never did. */
export function toDocument(report: Report, document: number, lines: readonly SentLine[], exact?: ExactSums): Activity {
  const { actor, at, partner, day } = report
  const ids = documentIds(report, document)
  return {
    id: ids.activity,
    type: 'Create',
    actor,
    published: at,
    to: [partner],
    object: {
      id: ids.document,
      type: 'Document',
      attributedTo: actor,
      name: `Counts ${day}`,
      stats: lines.map(toStats),
      ...(exact && { terms: { exactSums: { ...exact } } }),
    },
  }
}

/** A document without lines: only what was decided about exact sums. @param seq of the event, for its id. */
export function toAgreement(of: Omit<Report, 'day' | 'sending'>, seq: number, exact: ExactSums): Activity {
  const day = exact.at.slice(0, 10)
  const ids = documentIds({ ...of, day: `${day}/sums/${seq}`, sending: 1 }, 0)
  return {
    id: ids.activity,
    type: 'Create',
    actor: of.actor,
    published: of.at,
    to: [of.partner],
    object: {
      id: ids.document,
      type: 'Document',
      attributedTo: of.actor,
      name: `Counts ${day}`,
      stats: [],
      terms: { exactSums: { ...exact } },
    },
  }
}

function toStats({ offer, day, counts }: SentLine): JsonObject {
  const given = REPORTED.flatMap((name) => (counts[name] === undefined ? [] : [[WIRE[name], counts[name]] as const]))
  return { offer, day, ...Object.fromEntries(given) }
}

export function isReport({ type, object }: JsonObject): boolean {
  return type === 'Create' && isObject(object) && object['type'] === 'Document' && 'stats' in object
}

type Read = { ok: true; document: string; lines: Line[]; exactSums: ExactSums | null } | { ok: false; reason: string }

/** Call only when `isReport` holds. @param actor proved by the signature. */
export function fromReport({ object }: JsonObject, actor: string): Read {
  const report = object as JsonObject
  const document = idOf(report)
  if (!document || !isSameOrigin(document, actor)) return { ok: false, reason: 'object_unusable' }
  if (idOf(report['attributedTo']) !== actor) return { ok: false, reason: 'wrong_owner' }
  const stats = report['stats']
  const exactSums = exactSumsIn(report)
  if (!Array.isArray(stats) || (stats.length === 0 && !exactSums)) return { ok: false, reason: 'no_totals' }
  if (stats.length > MOST_LINES) return { ok: false, reason: 'too_many_lines' }
  const lines = stats.flatMap((one) => fromStats(one) ?? [])
  if (lines.length < stats.length) return { ok: false, reason: 'line_unusable' }
  const isTwice = new Set(lines.map(({ offer, day }) => `${day} ${offer}`)).size < lines.length
  return isTwice ? { ok: false, reason: 'line_twice' } : { ok: true, document, lines, exactSums }
}

function exactSumsIn({ terms }: JsonObject): ExactSums | null {
  const told = isObject(terms) && Object.hasOwn(terms, 'exactSums') ? terms['exactSums'] : undefined
  if (!isObject(told)) return null
  const { agreed } = told
  const at = instantOf(told, 'at', 'UTC')
  return typeof agreed === 'boolean' && at !== null ? { agreed, at } : null
}

/** A missing number counts as 0. The rules of statistics limit how large it may be. */
function fromStats(value: JsonValue): Line | undefined {
  if (!isObject(value)) return undefined
  const { offer, day } = value
  if (typeof offer !== 'string' || !readId(offer) || typeof day !== 'string' || !isDay(day)) return undefined
  const counts = REPORTED.map((name) => [name, Object.hasOwn(value, WIRE[name]) ? value[WIRE[name]] : 0] as const)
  if (counts.some(([, count]) => typeof count !== 'number')) return undefined
  return { offer, day, ...(Object.fromEntries(counts) as Record<Reported, number>) }
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}
