// SPDX-License-Identifier: AGPL-3.0-or-later
// A kit for the coordinator: a poster to print, a text for a mail, and a talk of five minutes.
import type { Deps } from '../../deps.ts'
import { qrCode } from '../../text/qr.ts'
import type { Handler } from '../../web/handler.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const url = `${deps.config.publicUrl}/my/hours`
    await res.page('hours/launch', {
      title: req.t('hours.launch.title'),
      association: req.site.name,
      url,
      code: qrCode(url),
      mail: req
        .t('hours.launch.mail_text', { association: String(req.site.name), url })
        .split('\n')
        .filter(Boolean),
      talk: [
        req.t('hours.launch.talk.why'),
        req.t('hours.launch.talk.yours'),
        req.t('hours.launch.talk.show'),
        req.t('hours.launch.talk.after'),
        req.t('hours.launch.talk.thanks'),
      ],
    })
  }
