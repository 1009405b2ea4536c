// SPDX-License-Identifier: AGPL-3.0-or-later
// The secret of a link is derived from the secret key, so that the same poster can be printed again; only its hash is
// stored, and a new series ends the one before.
import type { LinkRow } from '../../db/queries/hours-links.ts'
import type { Deps } from '../deps.ts'

type Named = Pick<LinkRow, 'id' | 'series'>

export const linkTokenOf = ({ secrets }: Pick<Deps, 'secrets'>, { id, series }: Named): string =>
  secrets.mac(`${id} ${series}`, 'hours link')

export const linkPath = (kind: 'kiosk' | 'own', token: string): string => `/hours/${kind}/${token}`

export const kindOf = ({ offer_id }: Pick<LinkRow, 'offer_id'>): 'kiosk' | 'own' =>
  offer_id === null ? 'own' : 'kiosk'

export const linkUrl = (deps: Pick<Deps, 'secrets' | 'config'>, link: LinkRow): string =>
  deps.config.publicUrl + linkPath(kindOf(link), linkTokenOf(deps, link))
