// SPDX-License-Identifier: AGPL-3.0-or-later
// The link of a mail by which somebody says that a month was as usual. It says who and which month, sealed, so that nothing
// is stored for it; it ends with the number of their access, and opens nothing else.
import type { PersonRow } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'

const PURPOSE = 'usual hours'
type Keys = Pick<Deps, 'secrets' | 'config'>
type Addressee = Pick<PersonRow, 'id' | 'access_version'>

export function usualPath(
  { secrets }: Pick<Deps, 'secrets'>,
  { id, access_version }: Addressee,
  month: string,
): string {
  return `/hours/usual/${secrets.seal(JSON.stringify([id, access_version, month]), PURPOSE)}`
}

export const usualUrl = (deps: Keys, person: Addressee, month: string): string =>
  deps.config.publicUrl + usualPath(deps, person, month)

/** Undefined for a link that is not ours. */
export function readUsualLink({ secrets }: Pick<Deps, 'secrets'>, token: string) {
  try {
    const [personId, version, month] = JSON.parse(secrets.open(token, PURPOSE)) as [string, number, string]
    return { personId, version, month }
  } catch {
    return undefined
  }
}
