// SPDX-License-Identifier: AGPL-3.0-or-later
// The vocabulary lets everything have several types; everybody here reads one.

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Those that make a difference here. */
const KNOWN = new Set(
  (
    'Accept Announce Create Delete Follow Offer Reject Undo Update Ignore Join Leave ' +
    'Event Tombstone Document Image Link Note Place VirtualLocation PostalAddress PropertyValue Hashtag ' +
    'Application Group Organization Person Service OrderedCollection OrderedCollectionPage'
  ).split(' '),
)
const SEVERAL = /"type"\s*:\s*\[/

/**
 * Puts one type in the place of several: the only one we know, else the first. With two that we know it stays as it is,
 * and is refused, because the sender may mean either.
 * @param value what was parsed of `text`; changed.
 */
export function withOneType<T extends { [key: string]: Json }>(value: T, text: string): T {
  if (SEVERAL.test(text)) chooseTypes(value)
  return value
}

function chooseTypes(value: Json): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) return value.forEach(chooseTypes)
  const { type } = value
  if (Array.isArray(type)) {
    const names = type.filter((one) => typeof one === 'string')
    const known = names.filter((one) => KNOWN.has(one))
    const chosen = known.length === 1 ? known[0] : known.length === 0 ? names[0] : undefined
    if (chosen !== undefined) value['type'] = chosen
  }
  for (const [key, inner] of Object.entries(value)) if (key !== '@context') chooseTypes(inner)
}
