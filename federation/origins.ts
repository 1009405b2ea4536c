// SPDX-License-Identifier: AGPL-3.0-or-later
// May this actor act on that object? Ids are compared as URLs (FEP-fe34).

/** Absolute, http(s), no user name, at most 2 048 characters. */
export function readId(value: unknown): URL | undefined {
  if (typeof value !== 'string' || value.length === 0 || value.length > 2048) return undefined
  // The URL parser removes white space and backslashes, so two texts could name the same object.
  if (/[\s\\\p{Cc}]/u.test(value)) return undefined
  const url = URL.parse(value)
  if (!url) return undefined
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  return url.username || url.password || !url.hostname ? undefined : url
}

export function isSameOrigin(a: unknown, b: unknown): boolean {
  const left = readId(a)
  const right = readId(b)
  return left !== undefined && right !== undefined && left.origin === right.origin
}

export function isOfOrigin(id: unknown, origin: string): boolean {
  return readId(id)?.origin === new URL(origin).origin
}

/** Of a text, an object with an id, or an array of exactly one of these. */
export function idOf(value: unknown): string | undefined {
  const one = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value
  if (typeof one === 'string') return readId(one) ? one : undefined
  if (typeof one !== 'object' || one === null || Array.isArray(one)) return undefined
  const id = (one as { id?: unknown }).id
  return readId(id) ? (id as string) : undefined
}

/** Unreadable references are left out. */
export function idsOf(value: unknown, most = 100): string[] {
  const all = Array.isArray(value) ? (value as unknown[]) : [value]
  return all.slice(0, most).flatMap((one) => idOf(one) ?? [])
}

/** Undefined when the id of the activity and its actor have the same origin. */
export function activityOriginRefusal(activity: {
  id?: unknown
  actor?: unknown
}): 'id_unusable' | 'actor_unusable' | 'wrong_origin' | undefined {
  if (!readId(activity.id)) return 'id_unusable'
  const actor = idOf(activity.actor)
  if (!actor) return 'actor_unusable'
  return isSameOrigin(activity.id, actor) ? undefined : 'wrong_origin'
}
