import { place } from '../facts/origin.ts';
import { allOf } from '../judge/all-of.ts';
import { is } from '../judge/comparator.ts';
import { KUBELET_FILES, kubeletSetting } from '../judge/kubelet-setting.ts';
import { type Rule, required, skip } from '../judge/rule.ts';
import { sysctl } from '../judge/sysctl.ts';

/** With protectKernelDefaults the kubelet exits if one of these has another value; without it, the kubelet sets them. */
export const kubeletKernelDefaults: Rule = {
  id: 'kubelet-kernel-defaults',
  aliases: ['protectKernelDefaults', 'vm.overcommit_memory', 'kernel.panic', 'kernel.panic_on_oops'],
  title: 'The sysctls have the values that the kubelet requires',
  reads: { files: KUBELET_FILES },

  applies(_, facts) {
    const setting = kubeletSetting(facts, 'protectKernelDefaults', 'false');
    if (setting === undefined) return skip("the kubelet's configuration file was not found or read");
    if (setting.value !== 'true') return skip('the kubelet sets them itself (protectKernelDefaults is off)');
    return required(`else the kubelet exits: ${place(setting)} sets protectKernelDefaults`);
  },

  requires: allOf(
    [
      sysctl('vm.overcommit_memory', is(1), { kernelDefault: '0' }),
      sysctl('vm.panic_on_oom', is(0), { kernelDefault: '0' }),
      sysctl('kernel.panic', is(10)),
      sysctl('kernel.panic_on_oops', is(1)),
      sysctl('kernel.keys.root_maxkeys', is(1_000_000), { kernelDefault: '1000000' }),
      sysctl('kernel.keys.root_maxbytes', is(25_000_000), { kernelDefault: '25000000' }),
    ],
    {
      now: [
        'Read: `vm.overcommit_memory` (1), `vm.panic_on_oom` (0), `kernel.panic` (10), `kernel.panic_on_oops` (1), `kernel.keys.root_maxkeys` (1000000) and ' +
          '`kernel.keys.root_maxbytes` (25000000). The kubelet compares for equality.',
      ],
      causes: [
        { cause: 'value', helps: 'set the sysctls that the report names, or set `protectKernelDefaults: false`' },
        { cause: 'unset', helps: 'nothing sets it at boot: add a line in `/etc/sysctl.d/99-zz-netprereq.conf`' },
        { cause: 'overridden', helps: 'another line decides at boot: remove the one that the report names' },
      ],
    },
  ),

  explain: {
    when: "the kubelet's configuration has protectKernelDefaults: true",
    messages: [
      {
        text: 'invalid kernel flag: vm/overcommit_memory, expected value: 1, actual value: 0',
        from: 'the kubelet, which then exits',
      },
    ],
    variants: ['Invalid kernel flag'],
    symptoms: ['The node works until it is rebooted, then the kubelet crash-loops and the node stays NotReady.'],
    meaning: [
      'The kubelet requires certain values of six sysctls. By default it sets them. With `protectKernelDefaults`, which hardening guides (CIS) require, it only compares them, and ' +
        'exits if one differs. Values that were set by hand and not in a file are lost at the next boot.',
    ],
    needed: [
      { cluster: 'protectKernelDefaults is true in the configuration file', verdict: 'required' },
      { cluster: 'it is off, which is the default; no file was found; two files differ', verdict: 'skipped' },
    ],
    neededNotes: [
      "The files read are those of kubeadm, kubespray, EKS, AKS and GKE. The kubelet's flag of that name, by which k3s and RKE2 set it, and OpenShift's file are not read.",
    ],
    sources: {
      issues: ['kubernetes/kubernetes#66241'],
      references: [
        {
          title: "the kubelet's check",
          url: 'https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/cm/container_manager_linux.go',
        },
      ],
    },
  },
};
