import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attributes;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.Control;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.PagedResultsControl;
import javax.naming.ldap.PagedResultsResponseControl;

/** What applications on JNDI do: the root unbound, pages, a filter with arguments, the schema, a sign-in by a second bind. */
public class Directory {
    private static final String FACTORY = "com.sun.jndi.ldap.LdapCtxFactory";

    private static Hashtable<String, Object> environment(String url, String name, String password) {
        Hashtable<String, Object> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, FACTORY);
        environment.put(Context.PROVIDER_URL, url);
        if (name != null) {
            environment.put(Context.SECURITY_PRINCIPAL, name);
            environment.put(Context.SECURITY_CREDENTIALS, password);
        }
        return environment;
    }

    private static void say(String word, Object value) {
        System.out.println(word + " " + value);
    }

    public static void main(String[] arguments) throws Exception {
        String url = arguments[0], name = arguments[1], password = arguments[2], suffix = arguments[3];
        DirContext stranger = new InitialDirContext(environment(url, null, null));
        Attributes root = stranger.getAttributes("", new String[] {"namingContexts", "supportedLDAPVersion"});
        say("context", root.get("namingContexts").get());
        stranger.close();

        LdapContext context = new InitialLdapContext(environment(url + "/" + suffix, name, password), null);
        SearchControls below = new SearchControls();
        below.setSearchScope(SearchControls.SUBTREE_SCOPE);
        byte[] cookie = null;
        int count = 0, pages = 0;
        do {
            context.setRequestControls(new Control[] {new PagedResultsControl(2, cookie, Control.CRITICAL)});
            NamingEnumeration<SearchResult> page = context.search("", "(objectClass=inetOrgPerson)", below);
            while (page.hasMore()) {
                page.next();
                count++;
            }
            pages++;
            cookie = null;
            for (Control control : context.getResponseControls()) {
                if (control instanceof PagedResultsResponseControl) {
                    cookie = ((PagedResultsResponseControl) control).getCookie();
                }
            }
        } while (cookie != null && cookie.length > 0);
        say("people", count);
        say("pages", pages);

        context.setRequestControls(null);
        String filter = "(&(objectClass=person)(modifyTimestamp>=20240101000000.0Z)(uid={0}))";
        NamingEnumeration<SearchResult> found = context.search("ou=people", filter, new Object[] {"jane@example.com"}, below);
        SearchResult jane = found.next();
        say("name", jane.getNameInNamespace());
        say("mail", jane.getAttributes().get("MAIL").get());
        say("stars", context.search("", filter, new Object[] {"j*ne(x)"}, below).hasMore());
        context.getSchema("").close();

        try {
            new InitialDirContext(environment(url, jane.getNameInNamespace(), "wrong"));
        } catch (NamingException refusal) {
            say("wrong", refusal.getClass().getSimpleName());
        }
        DirContext own = new InitialDirContext(environment(url, jane.getNameInNamespace(), password));
        say("own", own.getAttributes(jane.getNameInNamespace(), new String[] {"cn"}).get("cn").get());
        own.close();
        context.close();
    }
}
