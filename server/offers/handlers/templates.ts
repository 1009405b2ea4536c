// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { findTemplate, listTemplates, type TemplateRow } from '../../../db/queries/offer-templates.ts'
import { listCentreTemplates } from '../../../db/queries/shared-templates.ts'
import { listStarters } from '../../../db/reference/offer-templates.ts'
import type { Deps } from '../../deps.ts'
import { onlyAssociations } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { keepAsTemplate, MOST_TEMPLATES, nameTemplate, removeTemplate } from '../commands/templates.ts'
import { templateForm } from '../forms.ts'
import { templatesOf } from '../pages/templates.ts'
import { askTemplateRemoval, readOwn, templateRemoved } from '../responses.ts'

const LIST = '/work/offers/templates'

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const { locale } = await getAssociation(deps.db)
    const own = await listTemplates(deps.db, MOST_TEMPLATES)
    await res.page(
      'offers/templates',
      templatesOf(
        { t: req.t, taxonomies: deps.taxonomies },
        { own, ofCentres: await listCentreTemplates(deps.db), starters: listStarters(locale) },
      ),
    )
  }

export const keep =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer } = await readOwn(deps, req)
    const id = await keepAsTemplate(deps, req.viewer, offer.id, sentForm(req))
    req.session.flash('offers.templates.kept')
    await redirect(req, res, `${LIST}/${id}`)
  }

async function readTemplate(deps: Deps, req: Request): Promise<TemplateRow> {
  onlyAssociations(req)
  const template = await findTemplate(deps.db, param(req, 'template'))
  if (!template) throw new NotFound()
  return template
}

async function renderName(req: Request, res: Response, { id, name }: TemplateRow, form: Form) {
  const model = { title: req.t('offers.templates.rename_title', { name }), form, action: `${LIST}/${id}`, back: LIST }
  await res.page('offers/template', model, Object.keys(form.errors).length > 0 ? 422 : 200)
}

export const edit =
  (deps: Deps): Handler =>
  async (req, res) => {
    const template = await readTemplate(deps, req)
    await renderName(req, res, template, emptyForm({ name: template.name }))
  }

export const rename =
  (deps: Deps): Handler =>
  async (req, res) => {
    const template = await readTemplate(deps, req)
    const parsed = parseForm(templateForm, req.body)
    if (!parsed.ok) return renderName(req, res, template, parsed.form)
    await nameTemplate(deps, req.viewer, template.id, parsed.value.name)
    req.session.flash('offers.templates.renamed')
    await redirect(req, res, LIST)
  }

export const askRemoval =
  (deps: Deps): Handler =>
  async (req, res) => {
    await askTemplateRemoval(req, res, LIST, await readTemplate(deps, req), 'offers.templates.remove_text')
  }

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    await removeTemplate(deps, req.viewer, param(req, 'template'))
    await templateRemoved(req, res, LIST)
  }
