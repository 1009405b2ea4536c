// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import type { Deps } from '../deps.ts'
import { savePersonLocale } from '../../db/queries/people.ts'
import { localPath } from './access.ts'
import { showAgain } from './form-again.ts'
import { query, type Handler } from './handler.ts'
import { LOCALES } from '../text/i18n.ts'
import { redirect } from './redirect.ts'
import { MAIN_FORM } from './refill.ts'
import { readSite } from './site.ts'

/** Of a page that came back in another language, when its address is opened anew. */
export const leave =
  (_deps: Deps): Handler =>
  async (req, res) => {
    await redirect(req, res, localPath(query(req, 'next')))
  }

export const choose =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { locale, next, ...typed } = languageAsked(req)
    const known = LOCALES.find((one) => one === locale)
    if (known) {
      req.session.set('locale', known)
      if (req.viewer.personId) await savePersonLocale(deps.db, req.viewer.personId, known)
    }
    const page = localPath(next)
    if (Object.keys(typed).length === 0) return redirect(req, res, page)
    // The button sends the main form of its page along, which comes back as it was.
    req.form = { page, action: localPath(query(req, 'form'), MAIN_FORM) }
    await readSite(deps, req)
    showAgain(req, { status: 200 })
    await req.ofInstance.showPage(req, res)
  }

/** From the form of the button; or from the address, when the button sends another form along. */
function languageAsked(req: Request): Record<string, unknown> {
  const isAlone = query(req, 'locale') === ''
  const body = (req.body ?? {}) as Record<string, unknown>
  return isAlone ? body : { ...body, locale: query(req, 'locale'), next: query(req, 'next') }
}
