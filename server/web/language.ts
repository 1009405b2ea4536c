// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../deps.ts'
import { savePersonLocale } from '../../db/queries/people.ts'
import { localPath } from './access.ts'
import type { Handler } from './handler.ts'
import { LOCALES } from '../text/i18n.ts'
import { redirect } from './redirect.ts'

export const choose =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { locale, next } = req.body as Record<string, unknown>
    const known = LOCALES.find((one) => one === locale)
    if (known) {
      req.session.set('locale', known)
      if (req.viewer.personId) await savePersonLocale(deps.db, req.viewer.personId, known)
    }
    await redirect(req, res, localPath(next))
  }
