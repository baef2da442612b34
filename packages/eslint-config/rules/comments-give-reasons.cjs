'use strict';

/**
 * Two promises about comments that ESLint's own rules cannot express: a debt names the issue that tracks it
 * (TODO(#12)), and a rule that is switched off says why (eslint-disable-next-line x -- reason).
 */
const DEBT = /\b(?:TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))/;
const SWITCHED_OFF = /^\s*eslint-disable(?:-next-line|-line)?\b/;
const WITH_REASON = /\s-{2,}\s*\S/;

module.exports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'a TODO names an issue and a switched-off rule gives its reason' },
    schema: [],
    messages: {
      debtWithoutIssue: 'Name the issue: TODO(#12). A note that nobody tracks is never done.',
      disableWithoutReason: 'Say why the rule does not hold here: eslint-disable-next-line rule -- reason.',
    },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (DEBT.test(comment.value)) context.report({ loc: comment.loc, messageId: 'debtWithoutIssue' });
          if (SWITCHED_OFF.test(comment.value) && !WITH_REASON.test(comment.value)) {
            context.report({ loc: comment.loc, messageId: 'disableWithoutReason' });
          }
        }
      },
    };
  },
};
