// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages every site owes its visitors: who we are, accessibility, privacy, legal notice.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getAssociation } from '../../db/queries/association.ts'
import type { Deps } from '../deps.ts'
import type { Handler } from '../web/handler.ts'
import { staticPage, type Software, type StaticName } from './static-page.ts'

const page =
  (name: StaticName) =>
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page(`association/${name}`, staticPage(deps, req.t, await getAssociation(deps.db), software(), name))

export const about = page('about')
export const accessibility = page('accessibility')
export const privacy = page('privacy')
export const legal = page('legal')

/** What package.json says of the version that runs here. */
function software(): Software {
  const file = join(import.meta.dirname, '../../package.json')
  const { version, repository } = JSON.parse(readFileSync(file, 'utf8')) as {
    version: string
    repository?: string | { url?: string }
  }
  const url = typeof repository === 'string' ? repository : repository?.url
  return { version, source: url?.replace(/^git\+/, '').replace(/\.git$/, '') ?? '' }
}
