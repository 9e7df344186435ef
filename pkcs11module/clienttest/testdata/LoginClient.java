import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** Signs with a PKCS#11 token from several threads and logs in to a server with it. */
public class LoginClient {
    private static final int THREADS = 4;
    private static final int SIGNATURES = 12;

    public static void main(String[] args) throws Exception {
        Provider provider = Security.getProvider("SunPKCS11").configure(args[0]);
        Security.addProvider(provider);
        KeyStore token = KeyStore.getInstance("PKCS11", provider);
        token.load(null, System.getenv("PIN").toCharArray());
        List<String> aliases = Collections.list(token.aliases());
        System.out.println("aliases " + aliases);
        String alias = aliases.get(0);
        sign((PrivateKey) token.getKey(alias, null), token.getCertificate(alias), provider);
        System.out.println(visit(token, args[1], args[2]));
    }

    /** Signs with the token, verifies with Java's own RSA. */
    private static void sign(PrivateKey key, Certificate holder, Provider provider) throws Exception {
        String[] algorithms = {"SHA256withRSA", "SHA384withRSA", "SHA512withRSA", "SHA1withRSA"};
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < SIGNATURES; i++) {
            byte[] text = ("text " + i).getBytes();
            String algorithm = algorithms[i % algorithms.length];
            Callable<Boolean> job = () -> {
                Signature signer = Signature.getInstance(algorithm, provider);
                signer.initSign(key);
                signer.update(text);
                byte[] signature = signer.sign();
                Signature verifier = Signature.getInstance(algorithm, "SunRsaSign");
                verifier.initVerify(holder.getPublicKey());
                verifier.update(text);
                return verifier.verify(signature);
            };
            results.add(pool.submit(job));
        }
        for (Future<Boolean> result : results) {
            if (!result.get()) {
                throw new IllegalStateException("a signature does not verify");
            }
        }
        pool.shutdown();
        System.out.println("signed " + SIGNATURES + " times, all good");
    }

    /** Fetches a page over TLS 1.2 with the token's certificate. */
    private static String visit(KeyStore token, String address, String authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (FileInputStream in = new FileInputStream(authority)) {
            trusted.setCertificateEntry("server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("NewSunX509");
        keys.init(new javax.net.ssl.KeyStoreBuilderParameters(KeyStore.Builder.newInstance(token, new KeyStore.PasswordProtection(null))));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.2"});
        HttpClient client = HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build();
        HttpRequest page = HttpRequest.newBuilder(URI.create(address)).build();
        return client.send(page, HttpResponse.BodyHandlers.ofString()).body();
    }
}
