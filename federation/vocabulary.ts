// SPDX-License-Identifier: AGPL-3.0-or-later
// The terms we send, always in the same bytes. Ours begin with https://w3id.org/mainforte# and are never fetched.
import type { JsonObject, JsonValue } from './plain-json.ts'

export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'
/** ActivityPub 5.6: JSON-LD may shorten it. */
export const PUBLIC_NAMES: ReadonlySet<unknown> = new Set([PUBLIC, 'as:Public', 'Public'])
export const ACTIVITY_TYPE = 'application/activity+json'
export const ACTIVITY_STREAMS = 'https://www.w3.org/ns/activitystreams'
const SECURITY = 'https://w3id.org/security/v1'

export const OUR_TERMS: JsonObject = {
  sc: 'http://schema.org/',
  mz: 'https://joinmobilizon.org/ns#',
  e: 'https://w3id.org/fep/8a8e/',
  vf: 'https://w3id.org/valueflows/ont/vf#',
  om2: 'http://www.ontology-of-units-of-measure.org/resource/om-2/',
  vol: 'https://w3id.org/mainforte#',
  Hashtag: 'as:Hashtag',
  // As a property whose values are types, so that it is no address.
  formerType: { '@id': 'as:formerType', '@type': '@vocab' },
  address: 'sc:address',
  PostalAddress: 'sc:PostalAddress',
  streetAddress: 'sc:streetAddress',
  postalCode: 'sc:postalCode',
  addressLocality: 'sc:addressLocality',
  addressRegion: 'sc:addressRegion',
  addressCountry: 'sc:addressCountry',
  inLanguage: 'sc:inLanguage',
  maximumAttendeeCapacity: 'sc:maximumAttendeeCapacity',
  remainingAttendeeCapacity: 'sc:remainingAttendeeCapacity',
  timezone: 'mz:timezone',
  joinMode: 'mz:joinMode',
  externalParticipationUrl: 'mz:externalParticipationUrl',
  isOnline: 'mz:isOnline',
  VirtualLocation: 'sc:VirtualLocation',
  participationMessage: 'mz:participationMessage',
  status: 'http://www.w3.org/2002/12/cal/ical#status',
  category: 'e:category',
  displayEndTime: 'e:displayEndTime',
  organizers: 'e:organizers',
  eventStatus: { '@id': 'e:eventStatus', '@type': '@vocab' },
  EventScheduled: 'e:EventScheduled',
  EventCancelled: 'e:EventCancelled',
  Intent: 'vf:Intent',
  purpose: 'vf:purpose',
  publishes: 'vf:publishes',
  action: 'vf:action',
  receiver: { '@id': 'vf:receiver', '@type': '@id' },
  resourceQuantity: 'vf:resourceQuantity',
  hasUnit: 'om2:hasUnit',
  hasNumericalValue: 'om2:hasNumericalValue',
  terms: { '@id': 'vol:terms', '@type': '@json' },
  sealKey: { '@id': 'vol:sealKey', '@type': '@json' },
  sealed: { '@id': 'vol:sealed', '@type': '@json' },
  stats: { '@id': 'vol:stats', '@type': '@json' },
  revision: 'vol:revision',
  reasonCode: 'vol:reasonCode',
  kind: 'vol:kind',
  upcomingEvents: { '@id': 'e:upcomingEvents', '@type': '@id' },
  toot: 'http://joinmastodon.org/ns#',
  discoverable: 'toot:discoverable',
  indexable: 'toot:indexable',
  manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
  PropertyValue: 'sc:PropertyValue',
  value: 'sc:value',
  implements: 'https://w3id.org/fep/844e/implements',
}

export const OUR_CONTEXT: JsonValue[] = [ACTIVITY_STREAMS, SECURITY, OUR_TERMS]
const OUR_CONTEXT_BYTES = JSON.stringify(OUR_CONTEXT)

/** Our context first; leaves out what is undefined or begins with `_`. */
export function serialise(document: object): string {
  return JSON.stringify({ '@context': OUR_CONTEXT, ...document }, (key, value: unknown) =>
    key.startsWith('_') ? undefined : value,
  )
}

/** True when plain JSON and JSON-LD give the same: our context, or AS2 with well-known ones and nothing inline. */
export function isPlainlyReadable(document: JsonObject): boolean {
  const context = document['@context']
  if (JSON.stringify(context) === OUR_CONTEXT_BYTES) return true
  if (context === ACTIVITY_STREAMS) return true
  return (
    Array.isArray(context) &&
    context.includes(ACTIVITY_STREAMS) &&
    context.every((one) => typeof one === 'string' && WELL_KNOWN.has(one))
  )
}

const WELL_KNOWN = new Set([
  ACTIVITY_STREAMS,
  SECURITY,
  'https://w3id.org/identity/v1',
  'https://www.w3.org/ns/did/v1',
  'https://w3id.org/security/data-integrity/v1',
  'https://w3id.org/security/data-integrity/v2',
  'https://w3id.org/security/multikey/v1',
])
