// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages on which a centre writes models of offers for its members, and the document that members read.
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { findSharedTemplate, listSharedTemplates, type SharedTemplate } from '../../../db/queries/shared-templates.ts'
import type { ListName } from '../../../db/reference/taxonomies.ts'
import type { Deps } from '../../deps.ts'
import { FIELDS } from '../../model/offer/fields.ts'
import { mainLanguage, usualLanguage } from '../../model/offer/readiness.ts'
import { sharedDocument, SHARED_TEXTS, TEMPLATE_NAME_LONGEST } from '../../model/shared-template.ts'
import { labels } from '../../public-offer/words.ts'
import { onlyCentres } from '../../web/access.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, parseForm, withErrors, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { askTemplateRemoval, templateRemoved } from '../../offers/responses.ts'
import { changeSharedTemplate, removeSharedTemplate, shareTemplate } from '../commands/templates.ts'
import { contentOf, sharedForm } from '../forms.ts'

const LIST = '/partners/templates'

/** A model stays in the language in which it was written; a new one is in that of the site, as its members write. */
async function languageOf({ db }: Deps, template: SharedTemplate | undefined): Promise<'fr' | 'en'> {
  const usual = usualLanguage(await getAssociation(db))
  return template ? mainLanguage(template.content, usual) : usual
}

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyCentres(req)
    const view = { t: req.t, taxonomies: deps.taxonomies }
    const templates = await listSharedTemplates(deps.db)
    await res.page('partners/templates', {
      title: req.t('partners.templates.title'),
      items: templates.map(({ id, name, content }) => ({
        name,
        about: req.t.list(labels(view, 'activity', content.activities)),
        edit: `${LIST}/${id}`,
      })),
    })
  }

/** Public: what members read. */
export const published =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyCentres(req)
    res.set('Cache-Control', 'public, max-age=300')
    res.json(sharedDocument(await listSharedTemplates(deps.db)))
  }

export const fresh =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyCentres(req)
    await showForm(deps, req, res, undefined, emptyForm({ form_id: deps.newId() }))
  }

export const create =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyCentres(req)
    const language = await languageOf(deps, undefined)
    const parsed = parseForm(sharedForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showForm(deps, req, res, undefined, parsed.form, 422)
    const written = { name: parsed.value.name, content: contentOf(parsed.value, language) }
    await orAgain(deps, req, res, undefined, parsed.form, async () => {
      await shareTemplate(deps, req.viewer, written, sentForm(req))
    })
  }

export const edit =
  (deps: Deps): Handler =>
  async (req, res) => {
    const template = await readTemplate(deps, req)
    await showForm(deps, req, res, template, emptyForm(valuesOf(template, await languageOf(deps, template))))
  }

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const template = await readTemplate(deps, req)
    const parsed = parseForm(sharedForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showForm(deps, req, res, template, parsed.form, 422)
    const written = { name: parsed.value.name, content: contentOf(parsed.value, await languageOf(deps, template)) }
    await orAgain(deps, req, res, template, parsed.form, () =>
      changeSharedTemplate(deps, req.viewer, template.id, written, parsed.value.version),
    )
  }

export const askRemoval =
  (deps: Deps): Handler =>
  async (req, res) => {
    await askTemplateRemoval(req, res, LIST, await readTemplate(deps, req), 'partners.templates.remove_text')
  }

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyCentres(req)
    await removeSharedTemplate(deps, req.viewer, param(req, 'model'))
    await templateRemoved(req, res, LIST)
  }

async function readTemplate(deps: Deps, req: Request): Promise<SharedTemplate> {
  onlyCentres(req)
  const template = await findSharedTemplate(deps.db, param(req, 'model'))
  if (!template) throw new NotFound()
  return template
}

/** What cannot be stored comes back as it was typed, with the reason. */
async function orAgain(
  deps: Deps,
  req: Request,
  res: Response,
  template: SharedTemplate | undefined,
  form: Form,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const stored = template && (await findSharedTemplate(deps.db, template.id))
    // Whoever has read that somebody else changed it, and sends again, means it.
    const values = { ...form.values, ...(stored && { version: stored.updated_at }) }
    return showForm(deps, req, res, template, withErrors({ ...form, values }, { _: error.key }), 409)
  }
  req.session.flash('partners.templates.saved')
  await redirect(req, res, LIST)
}

function valuesOf({ name, content, updated_at: version }: SharedTemplate, language: 'fr' | 'en') {
  const texts = SHARED_TEXTS.map((field) => [field, content[field][language] ?? ''])
  const { causes, activities, requirements, commitment } = content
  const tasks = (content.tasks[language] ?? []).join('\n')
  return { name, version, ...Object.fromEntries(texts), tasks, causes, activities, requirements, commitment }
}

async function showForm(
  deps: Deps,
  req: Request,
  res: Response,
  template: SharedTemplate | undefined,
  form: Form,
  status = 200,
): Promise<void> {
  const optionsOf = (list: ListName) =>
    deps.taxonomies.list(list).map(({ code }) => ({
      value: code,
      label: deps.taxonomies.label(list, code, req.t.locale),
    }))
  const { context, profile, support, practical } = FIELDS
  const longest = {
    context: context.longest,
    profile: profile.longest,
    support: support.longest,
    practical: practical.longest,
  }
  await res.page(
    'partners/template',
    {
      title: req.t(template ? 'partners.templates.edit' : 'partners.templates.new'),
      form,
      action: template ? `${LIST}/${template.id}` : `${LIST}/new`,
      removal: template ? `${LIST}/${template.id}/removal` : '',
      nameLongest: TEMPLATE_NAME_LONGEST,
      titleLongest: FIELDS.title.longest,
      summaryLongest: FIELDS.summary.longest,
      longest,
      causes: optionsOf('cause'),
      activities: optionsOf('activity'),
      requirements: optionsOf('requirement'),
      commitments: optionsOf('commitment'),
    },
    status,
  )
}
