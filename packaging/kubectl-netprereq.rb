class KubectlNetprereq < Formula
  desc "{{description}}"
  homepage "{{homepage}}"
  version "{{version}}"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "{{url darwin arm64}}"
      sha256 "{{sha256 darwin arm64}}"
    end
    on_intel do
      url "{{url darwin amd64}}"
      sha256 "{{sha256 darwin amd64}}"
    end
  end
  on_linux do
    on_arm do
      url "{{url linux arm64}}"
      sha256 "{{sha256 linux arm64}}"
    end
    on_intel do
      url "{{url linux amd64}}"
      sha256 "{{sha256 linux amd64}}"
    end
  end

  def install
    libexec.install Dir["*"]
    bin.install_symlink libexec/"kubectl-netprereq"
    (bin/"kubectl_complete-netprereq").write Utils.safe_popen_read(libexec/"kubectl-netprereq", "completion", "--print")
    chmod 0755, bin/"kubectl_complete-netprereq"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/kubectl-netprereq --version")
  end
end
