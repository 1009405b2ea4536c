// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../../db/queries/association.ts'
import type { Deps } from '../../deps.ts'
import type { Handler } from '../../web/handler.ts'
import { SOURCE_PATH, softwareVersion } from '../../web/software.ts'
import { staticPage, type StaticName } from '../pages/static.ts'

const page =
  (name: StaticName) =>
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page(`association/${name}`, staticPage(deps, req.t, await getAssociation(deps.db), software(deps), name))

export const about = page('about')
export const accessibility = page('accessibility')
export const privacy = page('privacy')
export const legal = page('legal')

function software({ config }: Deps) {
  return { version: softwareVersion(), source: config.sourceUrl ?? SOURCE_PATH }
}
