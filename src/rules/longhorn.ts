import { pathExists } from '../facts/read.ts';
import { availableModules } from '../judge/available-modules.ts';
import { info, type Rule, skip } from '../judge/rule.ts';

/** The directories of Longhorn's volumes and devices. */
const PATHS = ['/var/lib/longhorn', '/dev/longhorn'];

/** iscsiadm and cryptsetup request the modules by name. */
export const longhorn: Rule = {
  id: 'longhorn',
  aliases: ['iscsi_tcp', 'dm_crypt'],
  title: 'The kernel has what Longhorn needs to attach volumes',
  reads: { paths: PATHS },

  applies(_, facts) {
    return PATHS.some((path) => pathExists(facts, path) === true)
      ? info('Longhorn has run on this node')
      : skip('nothing shows that Longhorn runs on this node');
  },

  requires: availableModules(['iscsi_tcp', 'dm_crypt'], { byName: ['iscsi_tcp', 'dm_crypt'] }),

  explain: {
    when: 'never: it is only shown where the node has /var/lib/longhorn or /dev/longhorn',
    messages: [
      {
        text: 'iscsiadm: iSCSI driver tcp is not loaded. Load the module then retry the command.',
        from: "Longhorn's instance manager",
      },
    ],
    symptoms: ['Volumes keep attaching and detaching, and pods that use them do not start.'],
    meaning: [
      'Longhorn attaches a volume over iSCSI (`iscsi_tcp`) and encrypts it with `dm_crypt`. Minimal kernels of SUSE (`kernel-default-base`) and those for small computers do not have these.',
    ],
    needed: [
      {
        cluster: 'the node has /var/lib/longhorn or /dev/longhorn',
        verdict: 'info: dm_crypt is for encrypted volumes only',
      },
      { cluster: 'it has neither', verdict: 'skipped' },
    ],
    neededNotes: [
      "Longhorn's own check (`longhornctl check preflight`) reports whether the service `iscsid` runs, and which versions of NFS are available.",
    ],
    sources: {
      issues: ['longhorn/longhorn#8697', 'longhorn/longhorn#9153', 'longhorn/longhorn#1853'],
      references: [{ title: "Longhorn's requirements", url: 'https://longhorn.io/docs/latest/deploy/install/' }],
    },
  },
};
