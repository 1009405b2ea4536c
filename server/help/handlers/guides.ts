// SPDX-License-Identifier: AGPL-3.0-or-later
import { ROLES } from '../../model/viewer.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { param, type Handler } from '../../web/handler.ts'
import { guidePage, indexPage } from '../pages/guides.ts'
import { pictureFile } from '../pictures.ts'

export const index =
  (_deps: Deps): Handler =>
  (req, res) =>
    res.page('help/guides', indexPage(req.t, req.site, req.viewer))

export const show =
  (_deps: Deps): Handler =>
  (req, res) => {
    const role = ROLES.find((one) => one === param(req, 'guide'))
    if (!role) throw new NotFound()
    return res.page('help/guide', guidePage(req.t, req.viewer, role))
  }

/** The address holds the digest of the content. */
export const picture =
  (_deps: Deps): Handler =>
  (req, res) => {
    const file = pictureFile(param(req, 'picture'))
    if (!file) throw new NotFound()
    res.set({ 'Content-Type': 'image/webp', 'Cache-Control': 'public, max-age=31536000, immutable' })
    res.sendFile(file, { cacheControl: false })
  }
