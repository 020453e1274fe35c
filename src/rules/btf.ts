import { existingPath } from '../judge/existing-path.ts';
import { info, type Rule, skip } from '../judge/rule.ts';

/** Judged by the file, not by the kernel's configuration: a node may not have that, which says nothing. */
export const btf: Rule = {
  id: 'btf',
  aliases: ['CONFIG_DEBUG_INFO_BTF'],
  title: 'The kernel describes its types to eBPF programs (BTF)',

  applies({ cni }) {
    if (cni === undefined) return skip('the CNI was not detected (name it with --cni)');
    return cni === 'cilium'
      ? info('Cilium 1.20.2 and later does not work without it; its version is not known')
      : skip(`${cni} is not Cilium`);
  },

  requires: existingPath(
    '/sys/kernel/btf/vmlinux',
    'BTF',
    "Use a kernel with `CONFIG_DEBUG_INFO_BTF`: a distribution's own kernel, not one for a single-board computer",
  ),

  explain: {
    when: 'never: it is only shown where the CNI is Cilium',
    messages: [
      {
        text: 'apply CO-RE relocations: load kernel spec: no BTF found for kernel version 6.18.39+rpt-rpi-2712: not supported',
        from: "Cilium's agent",
      },
    ],
    symptoms: ['After an upgrade of Cilium no pod gets a network on this node, while running pods continue.'],
    meaning: [
      'BTF is how the kernel describes its own types, so that one eBPF program runs on many kernels. Cilium names it as a requirement, and 1.20.2 is the first release that does not ' +
        'work without it. Kernels of distributions have it; those for the Raspberry Pi and other small computers, and some that people build, do not.',
    ],
    needed: [
      { cluster: 'Cilium', verdict: 'info: older releases work without it' },
      { cluster: 'other CNIs, CNI not known', verdict: 'skipped' },
    ],
    sources: {
      issues: ['cilium/cilium#48778', 'cilium/cilium#46063'],
      references: [
        {
          title: "Cilium's requirements",
          url: 'https://docs.cilium.io/en/stable/operations/system_requirements/',
        },
      ],
    },
  },
};
