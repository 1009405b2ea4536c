// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, RequestHandler, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { findServedFile } from '../../../db/queries/offer-files.ts'
import { findPictureCopy } from '../../../db/queries/picture-copies.ts'
import { findUpload } from '../../../db/queries/uploads.ts'
import type { Deps } from '../../deps.ts'
import { hasRight } from '../../model/viewer.ts'
import { canModerate } from '../../moderation/policy.ts'
import { NotFound } from '../../web/errors.ts'
import { optionalLines } from '../../web/fields.ts'
import { parseForm, withErrors, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { askMailboxes } from '../../web/mailboxes.ts'
import { PDF } from '../../web/pdf.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { readUpload, sentFile } from '../../web/upload.ts'
import { placeFaults, removeLogo, saveLogo, saveSettings } from '../commands.ts'
import { logoForm, settingsForm } from '../forms.ts'
import { drawLogo } from '../logo.ts'
import { settingsPage, type SettingsPage } from '../pages/settings.ts'

async function show(deps: Deps, req: Request, res: Response, page: SettingsPage = {}, status = 200): Promise<void> {
  const settings = settingsPage(deps, req.t, await getAssociation(deps.db), page)
  await res.page('association/settings', { ...settings, mayKeepRoles: hasRight(req.viewer, 'roles') }, status)
}

export const settings =
  (deps: Deps): Handler =>
  (req, res) =>
    show(deps, req, res, { part: query(req, 'part') })

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { contact_email, privacy_contact } = await getAssociation(deps.db)
    const parsed = askMailboxes(req.body, (body) => parseForm(settingsForm, body), { contact_email, privacy_contact })
    if (!parsed.ok) return show(deps, req, res, { form: await withPlaceFaults(deps, parsed.form) }, 422)
    const save = () => saveSettings(deps, req.viewer, parsed.value)
    const done = await runCommand(parsed.form, save, { conflict: true })
    if (!done.ok) return show(deps, req, res, { form: done.form, stale: done.status === 409 }, done.status)
    req.session.flash('association.settings.done')
    await redirect(req, res, '/settings')
  }

async function withPlaceFaults(deps: Deps, form: Form): Promise<Form> {
  const word = (name: string) => optionalLines(4000).catch('').parse(form.values[name])
  const typed = {
    kind: word('kind'),
    place: word('place'),
    place_choice: word('place_choice'),
    postal_code: '',
    country: word('country') === 'CA' ? ('CA' as const) : ('FR' as const),
    territory_more: word('territory_more'),
  }
  const faults = placeFaults(deps, typed, await getAssociation(deps.db))
  return { values: form.values, errors: { ...faults, ...form.errors } }
}

export const logoSteps = (): RequestHandler[] => readUpload(limits.imageBytes)

export const changeLogo =
  (deps: Deps): Handler =>
  async (req, res) => {
    const sent = sentFile(req, 'logo')
    const parsed = parseForm(logoForm, req.body)
    const drawn = sent && sent !== 'too_large' ? await drawLogo(sent.bytes) : undefined
    const fault = sent === 'too_large' ? 'association.error.logo_heavy' : drawn && !drawn.ok ? drawn.reason : undefined
    if (!parsed.ok || fault) {
      const logoForm = fault ? withErrors(parsed.form, { logo: fault }) : parsed.form
      return show(deps, req, res, { logoForm }, 422)
    }
    const logo = drawn?.ok ? drawn.logo : undefined
    const done = await runCommand(parsed.form, () => saveLogo(deps, req.viewer, parsed.value.logo_alt, logo))
    if (!done.ok) return show(deps, req, res, { logoForm: done.form }, 422)
    req.session.flash('association.logo.done')
    await redirect(req, res, '/settings?part=logo#logo')
  }

export const takeLogoAway =
  (deps: Deps): Handler =>
  async (req, res) => {
    await removeLogo(deps, req.viewer)
    req.session.flash('association.logo.gone')
    await redirect(req, res, '/settings?part=logo#logo')
  }

/** For a name in any language (RFC 6266, RFC 8187). */
const attachmentNamed = (name: string) =>
  `attachment; filename="${name.replaceAll(/[^\w .-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`

/** The address holds the version of the file, so it can be cached without end. */
const FOR_EVER = 'public, max-age=31536000, immutable'
/** A copy of the picture of another site: that offer may be suspended, and the picture is to be gone from here then. */
const FOR_A_WHILE = 'public, max-age=300'

/** Logos, pictures and sheets. The headers keep browsers from reading one as anything but an image. */
export const media =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'upload')
    const own = (await findUpload(deps.db, id)) ?? (await findServedFile(deps.db, id))
    const copy = own ? undefined : await findPictureCopy(deps.db, id)
    const upload = own ?? copy
    if (!upload?.bytes || !upload.media_type) throw new NotFound()
    if (copy && !copy.is_shown && !canModerate(req.viewer)) throw new NotFound()
    res.removeHeader('Vary')
    res
      .set({
        'Content-Type': upload.media_type,
        'Content-Disposition':
          upload.media_type === PDF && 'name' in upload
            ? attachmentNamed(upload.name)
            : 'inline; filename="image.webp"',
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'Cache-Control': !copy ? FOR_EVER : copy.is_shown ? FOR_A_WHILE : 'no-store',
      })
      .send(upload.bytes)
  }
